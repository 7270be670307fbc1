/* Results: the content with the memory behind it, and both as JSON. */
#include "host/content/result.h"

#include "base/error.h"
#include "base/str.h"
#include "host/content/json.h"

struct rt_result *rt_result_new(const struct rt_alloc *alloc)
{
    struct rt_result *result = rt_alloc_resize(alloc, NULL, sizeof *result);
    if (!result)
        return NULL;
    *result = (struct rt_result){ .alloc = alloc };
    rt_arena_init(&result->arena, alloc, SIZE_MAX / 2);
    return result;
}

void rt_result_free(rt_result *result)
{
    if (!result)
        return;
    if (result->let_go)
        result->let_go(result->held, result->alloc);
    rt_arena_free(&result->arena);
    rt_alloc_resize(result->alloc, result, 0);
}

const rt_content *rt_result_content(const rt_result *result)
{
    return result ? &result->content : NULL;
}

const rt_stats *rt_result_stats(const rt_result *result) { return result ? &result->stats : NULL; }

rt_extractor rt_result_extractor(const rt_result *result)
{
    return result ? result->extractor : RT_EXTRACTOR_COMPONENT;
}

const rt_link *rt_result_links(const rt_result *result, size_t *count)
{
    if (!result || !count)
        return NULL;
    *count = result->links.len;
    return result->links.at;
}

void rt_text_free(rt_text *text)
{
    if (!text)
        return;
    rt_alloc_resize(&rt_alloc_heap, text->at, 0);
    *text = (rt_text){ NULL, 0 };
}

/* ---- dates ----------------------------------------------------------------------------------- */

static bool read_number(rt_str s, size_t at, size_t digits, int *out)
{
    *out = 0;
    for (size_t i = at; i < at + digits; i++) {
        if (i >= s.len || !rt_is_digit(s.at[i]))
            return false;
        *out = *out * 10 + (s.at[i] - '0');
    }
    return true;
}

/* Days since 1970-01-01 of a date in the Gregorian calendar (Hinnant's formula). */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void rt_result_drop_future(rt_content *content, time_t now)
{
    int year, month, day;
    rt_str date = content->published_iso;
    if (!read_number(date, 0, 4, &year) || !read_number(date, 5, 2, &month) ||
        !read_number(date, 8, 2, &day))
        return;
    if (days_of(year, month, day) > (int64_t)now / 86400 + 1)
        content->published_iso = (rt_str){ NULL, 0 };
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static yyjson_mut_val *json_STR(yyjson_mut_doc *doc, rt_str s) { return rt_json_str(doc, s); }

static yyjson_mut_val *json_OPT_STR(yyjson_mut_doc *doc, rt_str s) { return rt_json_str(doc, s); }

static yyjson_mut_val *json_STR_LIST(yyjson_mut_doc *doc, rt_str_list list)
{
    yyjson_mut_val *array = yyjson_mut_arr(doc);
    for (size_t i = 0; i < list.len; i++)
        if (!yyjson_mut_arr_append(array, rt_json_str(doc, list.at[i])))
            return NULL;
    return array;
}

static yyjson_mut_val *json_OPT_U32(yyjson_mut_doc *doc, rt_opt_u32 n)
{
    return n.set ? yyjson_mut_uint(doc, n.value) : yyjson_mut_null(doc);
}

static yyjson_mut_val *json_OPT_U8(yyjson_mut_doc *doc, rt_opt_u8 n)
{
    return n.set ? yyjson_mut_uint(doc, n.value) : yyjson_mut_null(doc);
}

static bool add(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *name, yyjson_mut_val *val)
{
    return val && yyjson_mut_obj_add(object, yyjson_mut_str(doc, name), val);
}

static bool add_content(yyjson_mut_doc *doc, yyjson_mut_val *object, const rt_content *content)
{
    bool good = true;
#define RT_FIELD(kind, field, wit)                                                                 \
    good = good && add(doc, object, #field, json_##kind(doc, content->field));
#include "tables/content.def"
#undef RT_FIELD
    return good;
}

static yyjson_mut_val *json_link(yyjson_mut_doc *doc, const rt_link *link)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    bool good = object && add(doc, object, "url", rt_json_str(doc, link->url)) &&
                add(doc, object, "text", rt_json_str(doc, link->text)) &&
                add(doc, object, "nofollow", yyjson_mut_bool(doc, link->nofollow)) &&
                add(doc, object, "ugc", yyjson_mut_bool(doc, link->ugc)) &&
                add(doc, object, "sponsored", yyjson_mut_bool(doc, link->sponsored)) &&
                add(doc, object, "hreflang", rt_json_str(doc, link->hreflang));
    return good ? object : NULL;
}

static yyjson_mut_val *json_links(yyjson_mut_doc *doc, const struct rt_link_list *links)
{
    yyjson_mut_val *array = yyjson_mut_arr(doc);
    for (size_t i = 0; i < links->len; i++)
        if (!yyjson_mut_arr_append(array, json_link(doc, &links->at[i])))
            return NULL;
    return array;
}

/* The object that the document is, with the caller's name of the page; NULL without memory. */
static yyjson_mut_val *begin(yyjson_mut_doc *doc, rt_str id)
{
    yyjson_mut_val *root = doc ? yyjson_mut_obj(doc) : NULL;
    if (!root)
        return NULL;
    yyjson_mut_doc_set_root(doc, root);
    return !id.at || add(doc, root, "id", rt_json_any_str(doc, id)) ? root : NULL;
}

static rt_status finish(yyjson_mut_doc *doc, bool good, const struct rt_alloc *alloc, rt_text *out,
                        rt_error *err)
{
    rt_status status = good ? rt_json_write(doc, alloc, out, err)
                            : rt_fail(err, RT_NO_MEMORY, "no memory for the JSON text");
    yyjson_mut_doc_free(doc);
    return status;
}

rt_status rt_result_write(const struct rt_result *result, rt_str id, const struct rt_alloc *alloc,
                          rt_text *out, rt_error *err)
{
    yyjson_mut_doc *doc = rt_json_new(alloc);
    yyjson_mut_val *root = begin(doc, id);
    bool good = root && add_content(doc, root, &result->content);
    if (good && result->links.at)
        good = add(doc, root, "link_details", json_links(doc, &result->links));
    if (good && result->fallback)
        good = add(doc, root, "extractor", yyjson_mut_str(doc, "native"));
    return finish(doc, good, alloc, out, err);
}

rt_status rt_result_json(const rt_result *result, rt_str id, rt_text *out, rt_error *err)
{
    if (!result || !out)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_result_json: result or out is NULL");
    return rt_result_write(result, id, &rt_alloc_heap, out, err);
}

rt_status rt_error_json(const rt_error *error, rt_str id, rt_str url, rt_text *out, rt_error *err)
{
    if (!error || !out)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_error_json: error or out is NULL");
    yyjson_mut_doc *doc = rt_json_new(&rt_alloc_heap);
    yyjson_mut_val *root = begin(doc, id);
    yyjson_mut_val *inner = root ? yyjson_mut_obj(doc) : NULL;
    bool good = root && add(doc, root, "url", rt_json_any_str(doc, url)) &&
                add(doc, root, "error", inner) &&
                add(doc, inner, "code", yyjson_mut_str(doc, rt_status_label(error->status))) &&
                add(doc, inner, "message", rt_json_any_str(doc, rt_str_from_c(error->message)));
    return finish(doc, good, &rt_alloc_heap, out, err);
}
