/* The answers to the page's form: the page's own style, and text that nothing of becomes markup. */
#include "service/form.h"
#include "service/page.h"
#include "service/routes.h"

#include "base/buf.h"
#include "base/str.h"

#include <inttypes.h>
#include <stdio.h>

static void add_text(struct rt_buf *b, rt_str text)
{
    size_t begin = 0;
    for (size_t i = 0; i < text.len; i++) {
        rt_str as = text.at[i] == '&'   ? RT_LIT("&amp;")
                    : text.at[i] == '<' ? RT_LIT("&lt;")
                    : text.at[i] == '>' ? RT_LIT("&gt;")
                    : text.at[i] == '"' ? RT_LIT("&quot;")
                                        : RT_LIT("");
        if (as.len == 0)
            continue;
        rt_buf_add(b, text.at + begin, i - begin);
        rt_buf_str(b, as);
        begin = i + 1;
    }
    if (text.len > begin)
        rt_buf_add(b, text.at + begin, text.len - begin);
}

/* The bytes that the policy has the hash of. */
static void add_style(struct rt_buf *b)
{
    rt_str page = rt_asset_page.bytes;
    size_t begin = rt_str_find(page, RT_LIT("<style>")),
           end = rt_str_find(page, RT_LIT("</style>"));
    if (begin != RT_NPOS && end != RT_NPOS && begin < end) {
        rt_buf_add(b, page.at + begin, end - begin);
        rt_buf_lit(b, "</style>");
    }
}

static void begin_page(struct rt_buf *b, rt_str title)
{
    rt_buf_lit(b, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>");
    add_text(b, title);
    rt_buf_lit(b, " - RipTide</title>\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n"
                  "<link rel=\"icon\" href=\"data:,\">\n");
    add_style(b);
    rt_buf_lit(b, "\n</head>\n<body>\n<header class=\"page-head\"><h1>RipTide</h1>"
                  "<p><a href=\"./\">Another page</a></p></header>\n"
                  "<main class=\"one\"><div class=\"card\" id=\"output\">\n<h2>");
    add_text(b, title);
    rt_buf_lit(b, "</h2>\n");
}

static rt_str end_page(struct rt_buf *b)
{
    rt_buf_lit(b, "</div></main>\n</body>\n</html>\n");
    return rt_buf_get(b);
}

static void add_row(struct rt_buf *b, const char *name, rt_str value)
{
    if (value.len == 0)
        return;
    rt_buf_lit(b, "<tr><th scope=\"row\">");
    rt_buf_str(b, rt_str_from_c(name));
    rt_buf_lit(b, "</th><td>");
    add_text(b, value);
    rt_buf_lit(b, "</td></tr>\n");
}

static void add_number(struct rt_buf *b, const char *name, bool set, uint64_t value)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%" PRIu64, value);
    add_row(b, name, (rt_str){ text, set ? (size_t)len : 0 });
}

static void add_list(struct rt_buf *b, const char *name, rt_str_list list)
{
    rt_str comma = RT_LIT(", ");
    rt_str all = rt_arena_join(b->arena, list.at, list.len, comma);
    add_row(b, name, all);
}

static void add_facts(struct rt_buf *b, const rt_content *content)
{
    rt_buf_lit(b, "<h3>Metadata</h3>\n<table class=\"facts\"><tbody>\n");
    add_row(b, "By", content->byline);
    add_row(b, "Published", content->published_iso);
    add_row(b, "Site", content->site_name);
    add_row(b, "Description", content->description);
    add_row(b, "Language", content->language);
    add_list(b, "Categories", content->categories);
    add_number(b, "Words", content->word_count.set, content->word_count.value);
    add_number(b, "Minutes to read", content->reading_time.set, content->reading_time.value);
    add_number(b, "Quality, of 100", content->quality_score.set, content->quality_score.value);
    add_row(b, "Address", content->url);
    add_number(b, "Links", true, content->links.len);
    add_number(b, "Media", true, content->media.len);
    rt_buf_lit(b, "</tbody></table>\n");
}

static void add_cost(struct rt_buf *b, const char *name, const char *value)
{
    rt_buf_lit(b, "<div><dt>");
    rt_buf_str(b, rt_str_from_c(name));
    rt_buf_lit(b, "</dt><dd>");
    rt_buf_str(b, rt_str_from_c(value));
    rt_buf_lit(b, "</dd></div>\n");
}

static void add_costs(struct rt_buf *b, const rt_stats *stats)
{
    uint64_t ns =
        stats->wait_ns + stats->take_ns + stats->lower_ns + stats->call_ns + stats->lift_ns;
    char text[32];
    rt_buf_lit(b, "<dl class=\"costs\">\n");
    snprintf(text, sizeof text, "%.2f ms", (double)ns / 1e6);
    add_cost(b, "Extracted in", text);
    snprintf(text, sizeof text, "%" PRIu64, stats->fuel_used);
    add_cost(b, "Fuel", text);
    snprintf(text, sizeof text, "%.1f MiB", (double)stats->memory_peak / (1024 * 1024));
    add_cost(b, "Memory", text);
    add_cost(b, "Tier", rt_page_tier(stats));
    rt_buf_lit(b, "</dl>\n");
}

rt_str rt_form_answer(const rt_content *content, const rt_stats *stats, struct rt_arena *arena)
{
    struct rt_buf b;
    rt_buf_init(&b, arena);
    begin_page(&b, content->title.len > 0 ? content->title : RT_LIT("Without a title"));
    if (stats)
        add_costs(&b, stats);
    if (content->markdown.len > 0) {
        /* The parser drops the first line feed of a pre. */
        rt_buf_lit(&b, "<h3>Markdown</h3>\n<pre class=\"raw\">\n");
        add_text(&b, content->markdown);
        rt_buf_lit(&b, "</pre>\n");
    }
    add_facts(&b, content);
    return end_page(&b);
}

rt_str rt_form_problem(const struct rt_problem *problem, rt_str detail, const char *request_id,
                       struct rt_arena *arena)
{
    struct rt_buf b;
    rt_buf_init(&b, arena);
    begin_page(&b, RT_LIT("Not extracted"));
    rt_buf_lit(&b, "<p>");
    add_text(&b, rt_str_from_c(problem->title));
    rt_buf_lit(&b, ".</p>\n<table class=\"facts\"><tbody>\n");
    add_row(&b, "Detail", detail);
    add_row(&b, "Code", rt_str_from_c(problem->code));
    add_number(&b, "Status", true, (uint64_t)problem->http);
    add_row(&b, "Request", rt_str_from_c(request_id));
    add_row(&b, "Worth another try", problem->retryable ? RT_LIT("yes") : RT_LIT("no"));
    rt_buf_lit(&b, "</tbody></table>\n");
    return end_page(&b);
}
