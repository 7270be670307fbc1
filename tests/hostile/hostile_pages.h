#ifndef RT_TESTS_HOSTILE_PAGES_H
#define RT_TESTS_HOSTILE_PAGES_H

#include <stddef.h>

struct hostile_page {
    const char *name, *head, *unit, *tail;
    size_t bytes;       /* at full size */
};

extern const struct hostile_page hostile_pages[];
extern const size_t hostile_page_count;

/* The page at about `bytes` bytes; *len is its length.  Free it with free(). */
char *hostile_page_make(const struct hostile_page *page, size_t bytes, size_t *len);

#endif
