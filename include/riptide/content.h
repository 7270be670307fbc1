/* content.h - what an extraction yields: plain values, the same for every extractor. */
#ifndef RIPTIDE_CONTENT_H
#define RIPTIDE_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that someone else owns, UTF-8 unless said otherwise.  Not NUL-terminated.  at == NULL
 * means absent, which differs from empty. */
typedef struct rt_str {
    const char *at;
    size_t len;
} rt_str;

typedef struct rt_str_list {
    const rt_str *at;
    size_t len;
} rt_str_list;

typedef struct rt_opt_u32 {
    bool set;
    uint32_t value;
} rt_opt_u32;

typedef struct rt_opt_u8 {
    bool set;
    uint8_t value;
} rt_opt_u8;

/* The content of one page.  The rules of each field are in docs/fields.md.  Grows only at the end;
 * always made by the library. */
typedef struct rt_content {
    rt_str url;               /* as given to the call */
    rt_str title;             /* or absent */
    rt_str byline;            /* authors joined by ", ", or absent */
    rt_str published_iso;     /* RFC 3339, or a bare date where the page gives no time, or absent */
    rt_str markdown;          /* GitHub Flavored Markdown; empty in metadata mode */
    rt_str text;              /* blocks parted by one empty line; empty in metadata mode */
    rt_str_list links;        /* absolute, in document order, without repeats */
    rt_str_list media;        /* images, video, audio: absolute, without repeats */
    rt_str language;          /* BCP 47 primary tag in lower case, or absent */
    rt_opt_u32 reading_time;  /* minutes at 200 words a minute, at least 1 */
    rt_opt_u8 quality_score;  /* 0 to 100 */
    rt_opt_u32 word_count;    /* words of text */
    rt_str_list categories;   /* without repeats, whatever the case */
    rt_str site_name;         /* or absent */
    rt_str description;       /* or absent */
} rt_content;

#endif
