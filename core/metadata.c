/* The metadata of a page: one walk collects (meta_scan.c), the JSON-LD is read (jsonld.c), and one
 * module a field chooses. */
#include "core/metadata.h"

#include "base/str.h"
#include "core/byline.h"
#include "core/categories.h"
#include "core/jsonld.h"
#include "core/line.h"
#include "core/meta_scan.h"
#include "core/published.h"
#include "core/site.h"
#include "core/title.h"

enum { DESCRIPTION_CAP = 2000, LANGUAGE_CAP = 40 };

static rt_str declared_language(const struct rt_page *page, const struct rt_meta_scan *scan,
                                const struct rt_jsonld *jsonld)
{
    rt_str found[] = { rt_node_attr(page->root, "lang"), rt_node_attr(page->root, "xml:lang"),
                       rt_meta_first(scan, RT_META_LANGUAGE), rt_meta_first(scan, RT_META_LOCALE),
                       jsonld->language };
    for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
        rt_str line = rt_line_clean(page->arena, found[i], LANGUAGE_CAP);
        if (line.at)
            return line;
    }
    return (rt_str){ NULL, 0 };
}

static rt_str description(const struct rt_page *page, const struct rt_meta_scan *scan,
                          const struct rt_jsonld *jsonld)
{
    static const enum rt_meta_key keys[] = { RT_META_DESCRIPTION, RT_META_DESCRIPTION_OG,
                                             RT_META_DESCRIPTION_TWITTER };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        rt_str line = rt_line_decode(page->arena, rt_meta_first(scan, keys[i]), DESCRIPTION_CAP);
        if (line.at)
            return line;
    }
    return jsonld->description;
}

bool rt_metadata_read(const struct rt_page *page, rt_content *content)
{
    struct rt_meta_scan *scan = rt_meta_scan(page);
    if (!scan)
        return false;
    struct rt_jsonld jsonld;
    rt_jsonld_read(page->arena, scan->scripts, scan->script_count, page->url, &jsonld);
    rt_str tail, site = rt_site_declared(page, scan, &jsonld);
    content->language = declared_language(page, scan, &jsonld);
    content->title = rt_title_find(page, scan, &jsonld, site, &tail);
    content->site_name = site.at ? site : tail;
    content->byline = rt_byline_find(page, scan, &jsonld, content->site_name);
    content->published_iso = rt_published_find(page, scan, &jsonld, content->language);
    content->categories = rt_categories_find(page, scan, &jsonld, content->title,
                                             content->site_name);
    content->description = description(page, scan, &jsonld);
    return !page->arena->refused;
}
