/* Makes the pages of hostile_pages.def. */
#include "hostile/hostile_pages.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct hostile_page hostile_pages[] = {
#define HOSTILE(name, head, unit, tail, bytes) { #name, head, unit, tail, bytes },
#include "hostile/hostile_pages.def"
#undef HOSTILE
};
const size_t hostile_page_count = sizeof hostile_pages / sizeof *hostile_pages;

static size_t put_unit(char *to, const char *unit, unsigned number)
{
    size_t len = 0;
    for (; *unit; unit++) {
        if (*unit == '#')
            len += (size_t)snprintf(to + len, 12, "%u", number);
        else
            to[len++] = *unit;
    }
    return len;
}

char *hostile_page_make(const struct hostile_page *page, size_t bytes, size_t *len)
{
    size_t head = strlen(page->head), unit = strlen(page->unit), tail = strlen(page->tail);
    char *html = malloc(head + bytes + 12 * unit + tail + 1);
    if (!html)
        return NULL;
    memcpy(html, page->head, head);
    size_t at = head;
    for (unsigned n = 0; at < bytes; n++)
        at += put_unit(html + at, page->unit, n);
    memcpy(html + at, page->tail, tail);
    *len = at + tail;
    html[*len] = '\0';
    return html;
}
