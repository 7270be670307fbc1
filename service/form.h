#ifndef RT_SERVICE_FORM_H
#define RT_SERVICE_FORM_H

#include "service/page_options.h"
#include "service/problem.h"

#define RT_FORM_TYPE "application/x-www-form-urlencoded"

/* The form of the page at /, as browsers send it without JavaScript: POST /extract with a body of
 * application/x-www-form-urlencoded, UTF-8, of these fields, each at most once:
 *   source     "url" or "html": which of the next two holds the page; left out: html does, unless
 *              it is empty
 *   url        address of the page; beside html what its links are resolved against
 *   html       the page
 *   mode       article, full, metadata or custom; left out: article
 *   selectors  one a line; read in the mode custom only
 * It is answered with a page for people.  All functions are pure. */
struct rt_form {
    rt_str url, html; /* in the arena; absent where empty, html also where source is url */
};

/* RT_INVALID_ARGUMENT says what is wrong with the form; RT_NO_MEMORY.  arena: holds as much as the
 * body at most. */
rt_status rt_form_read(rt_str body, struct rt_arena *arena, struct rt_page_options *options,
                       struct rt_form *form, rt_error *err);

/* Browsers send a form wherever its page tells them to, without asking first: whether none of
 * another site did.  The headers Sec-Fetch-Site, Origin and Host, each may be absent. */
bool rt_form_is_ours(rt_str fetch_site, rt_str origin, rt_str host);

/* The answers, text/html in UTF-8, with the policy of the page at /.  stats and detail may be NULL
 * and absent.  The text lives in the arena; absent without memory. */
rt_str rt_form_answer(const rt_content *content, const rt_stats *stats, struct rt_arena *arena);
rt_str rt_form_problem(const struct rt_problem *problem, rt_str detail, const char *request_id,
                       struct rt_arena *arena);

#endif
