/* The functions that read a page.  Arguments and answers lie in linear memory as guest/abi.h says;
 * answers are static, so that saying "no memory" needs none. */
#include "base/error.h"
#include "base/str.h"
#include "core/extract.h"
#include "guest/abi.h"
#include "guest/memory.h"
#include "guest/state.h"

uint64_t rt_state_extractions;

static rt_error failure;

/* What a result's error case holds.  A failure after a refused growth has that one reason, whatever
 * a library in between made of it. */
static struct rt_abi_error lower_error(rt_status s)
{
    static const struct { rt_status status; uint8_t which; } cases[] = {
#define RT_WIT_ERROR(status, wit) { RT_##status, RT_ABI_##status },
#include "tables/wit_errors.def"
#undef RT_WIT_ERROR
    };
    struct rt_abi_error out = { RT_ABI_INTERNAL_ERROR, rt_str_from_c(failure.message) };
    if (rt_memory_refused())
        s = RT_RESOURCE_LIMIT;
    else if (rt_status_cause(s) == RT_CAUSE_CALLER)
        s = RT_UNSUPPORTED_MODE;    /* a selector: it came with the mode */
    for (size_t i = 0; i < RT_ABI_ERROR_COUNT; i++)
        if (cases[i].status == s)
            out.which = cases[i].which;
    return out;
}

static rt_str lower_STR(rt_str v) { return v; }
static rt_str_list lower_STR_LIST(rt_str_list v) { return v; }
static struct rt_abi_opt_str lower_OPT_STR(rt_str v)
{
    return (struct rt_abi_opt_str){ v.at != NULL, v };
}
static struct rt_abi_opt_u32 lower_OPT_U32(rt_opt_u32 v)
{
    return (struct rt_abi_opt_u32){ v.set, v.value };
}
static struct rt_abi_opt_u8 lower_OPT_U8(rt_opt_u8 v)
{
    return (struct rt_abi_opt_u8){ v.set, v.value };
}

static struct rt_abi_content lower_content(const rt_content *content)
{
    return (struct rt_abi_content){
#define RT_FIELD(kind, name, wit) .name = lower_##kind(content->name),
#include "tables/content.def"
#undef RT_FIELD
    };
}

static rt_status extract(const struct rt_core_request *request, rt_content *content,
                         struct rt_core_stats *stats)
{
    struct rt_arena arena;
    rt_arena_init(&arena, &rt_memory_blocks, SIZE_MAX);
    rt_state_extractions++;
    if ((unsigned)request->mode >= RT_ABI_MODE_COUNT)
        return rt_fail(&failure, RT_UNSUPPORTED_MODE, "Unsupported extraction mode: '%u'",
                       (unsigned)request->mode);
    return rt_core_extract(request, &arena, content, stats, &failure);
}

#define PAGE_REQUEST                                                                               \
    {                                                                                              \
        .html = { html, html_len }, .url = { url, url_len }, .mode = (rt_mode)mode,                \
        .selectors = mode == RT_ABI_MODE_CUSTOM ? (rt_str_list){ selectors, selector_count }       \
                                                : (rt_str_list){ NULL, 0 }                         \
    }

const struct rt_abi_extract_result *rt_export_extract(RT_ABI_PAGE_PARAMETERS);

RT_ABI_EXPORT("extract")
const struct rt_abi_extract_result *rt_export_extract(RT_ABI_PAGE_PARAMETERS)
{
    static struct rt_abi_extract_result answer;
    const struct rt_core_request request = PAGE_REQUEST;
    rt_content content = { 0 };
    struct rt_core_stats stats = { 0 };
    rt_status s = extract(&request, &content, &stats);
    answer.is_err = s != RT_OK;
    if (s == RT_OK)
        answer.as.ok = lower_content(&content);
    else
        answer.as.err = lower_error(s);
    return &answer;
}

const struct rt_abi_stats_result *rt_export_extract_with_stats(RT_ABI_PAGE_PARAMETERS);

/* The time stays 0: there is no clock in here.  The host, which has one, fills it in. */
RT_ABI_EXPORT("extract-with-stats")
const struct rt_abi_stats_result *rt_export_extract_with_stats(RT_ABI_PAGE_PARAMETERS)
{
    static struct rt_abi_stats_result answer;
    const struct rt_core_request request = PAGE_REQUEST;
    rt_content content = { 0 };
    struct rt_core_stats stats = { 0 };
    rt_status s = extract(&request, &content, &stats);
    answer.is_err = s != RT_OK;
    if (s != RT_OK) {
        answer.as.err = lower_error(s);
        return &answer;
    }
    answer.as.ok.content = lower_content(&content);
    answer.as.ok.stats = (struct rt_abi_stats){
        .memory_used = rt_memory_size(),
        .nodes_processed = { true, stats.nodes },
        .links_found = stats.links,
        .images_found = stats.images,
    };
    return &answer;
}

/* HTML's grammar refuses nothing, so that the question is whether there is any: a tag, a comment or
 * a document type. */
static bool has_markup(rt_str html)
{
    for (size_t at; (at = rt_str_find_byte(html, '<')) != RT_NPOS;) {
        html = rt_str_from(html, at + 1);
        if (html.len && (rt_is_alpha(html.at[0]) || html.at[0] == '!'))
            return true;
    }
    return false;
}

const struct rt_abi_bool_result *rt_export_validate_html(const char *html, size_t len);

RT_ABI_EXPORT("validate-html")
const struct rt_abi_bool_result *rt_export_validate_html(const char *html, size_t len)
{
    static struct rt_abi_bool_result answer;
    answer.as.ok = has_markup((rt_str){ html, len });
    return &answer;
}

void rt_export_done(const void *answer);

/* The host has read the answer: arguments, arena and answer go together. */
RT_ABI_POST_RETURN("extract")
RT_ABI_POST_RETURN("extract-with-stats")
RT_ABI_POST_RETURN("validate-html")
void rt_export_done(const void *answer)
{
    (void)answer;
    rt_memory_reset();
}
