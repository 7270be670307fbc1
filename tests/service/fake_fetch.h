#ifndef FAKE_FETCH_H
#define FAKE_FETCH_H

#include "net/fetch.h"

/* A fetcher without a network, linked in the real one's place.  The path of an address says what
 * comes: /page/N      a page with the title "Page N", at once /slow/MS     the same after so many
 * milliseconds, unless it is cancelled /moved       a page whose final address is /there
 *   /large       a page with half a megabyte of text
 *   /fail/LABEL  the failure of that label
 *   /never       nothing, until it is cancelled */
struct rt_fetcher *fake_fetcher_open(void);

struct fake_fetch_counts {
    unsigned asked, cancelled, running, most; /* most that ran at once */
    uint8_t owner[16];                        /* of the last one */
};
struct fake_fetch_counts fake_fetch_read(struct rt_fetcher *fetcher);

#endif
