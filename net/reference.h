#ifndef RT_NET_REFERENCE_H
#define RT_NET_REFERENCE_H

#include <riptide/content.h>

/* The address that a page's address and a reference in it make, as browsers read both (WHATWG URL):
 * white space round it and line ends in it are dropped, \ is /, any number of slashes may stand
 * before the host, and what may not stand in a path or query is percent-encoded.  Credentials are
 * refused, the fragment is dropped.  Dots in the path and the host's spelling are left to libcurl.
 * Pure. */
enum rt_reference {
    RT_REFERENCE_OK,
    RT_REFERENCE_OTHER_SCHEME, /* neither http nor https */
    RT_REFERENCE_NO_HOST,
    RT_REFERENCE_CREDENTIALS,
    RT_REFERENCE_MALFORMED,
    RT_REFERENCE_TOO_LONG
};
enum { RT_REFERENCE_MAX = 8000 };

/* base: of an earlier call, or absent.  out: NUL-terminated; *len without the NUL. */
enum rt_reference rt_reference_join(rt_str base, rt_str reference, char out[RT_REFERENCE_MAX + 1],
                                    size_t *len);

/* For messages: what is wrong, as a part of a sentence.  (borrowed, static) */
const char *rt_reference_text(enum rt_reference why);

#endif
