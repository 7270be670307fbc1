/* The name of the site. */
#include "core/site.h"

#include "base/str.h"
#include "core/line.h"
#include "core/url.h"

enum { SITE_CAP = 160 };

static bool is_address(rt_str s)
{
    return rt_str_has(s, RT_LIT("://"));
}

rt_str rt_site_declared(const struct rt_page *page, const struct rt_meta_scan *scan,
                        const struct rt_jsonld *jsonld)
{
    rt_str found[] = {
        rt_line_clean(page->arena, rt_meta_first(scan, RT_META_SITE_OG), SITE_CAP),
        jsonld->publisher,
        rt_line_clean(page->arena, rt_meta_first(scan, RT_META_SITE_APP), SITE_CAP),
        rt_line_clean(page->arena, rt_meta_first(scan, RT_META_SITE_PUBLISHER), SITE_CAP),
    };
    for (size_t i = 0; i < sizeof found / sizeof *found; i++)
        if (found[i].at && !is_address(found[i]))
            return found[i];
    return (rt_str){ NULL, 0 };
}

bool rt_site_is_host(rt_str url, rt_str s)
{
    enum { ROOM = 400, SHORTEST = 3 };
    char name[ROOM];
    rt_str host = rt_url_host(url);
    if (rt_str_starts_nocase(host, RT_LIT("www.")))
        host = rt_str_from(host, 4);
    size_t dot = rt_str_find_byte(host, '.');
    if (!host.len || dot == RT_NPOS)
        return false;
    rt_str folded = { name, rt_line_fold(s, name, sizeof name) };
    if (folded.len < SHORTEST)
        return false;
    /* "Example", "Example.org", "News Example" for news.example.org. */
    char whole[ROOM];
    rt_str plain = { whole, rt_line_fold(host, whole, sizeof whole) };
    return rt_str_starts(plain, folded) ||
           (rt_str_has(plain, folded) && folded.len * 2 >= plain.len);
}
