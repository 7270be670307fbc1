#ifndef SERVICE_RUNNING_H
#define SERVICE_RUNNING_H

#include "client.h"
#include "fake_fetch.h"
#include "service/service.h"

/* A service in this process, on a free port, with a fetcher that has no network. */
struct running {
    rt_engine *engine;
    struct rt_fetcher *fetcher;
    struct rt_service *service;
    const char *address;
};

/* rules: NULL for the defaults; listen is set. */
void running_start(struct running *r, const struct rt_service_rules *rules);
void running_stop(struct running *r);

/* Returns when the condition holds; fails the test after 20 seconds. */
void wait_for(bool (*holds)(struct running *r), struct running *r);

#define HTML "Content-Type: text/html\r\n"
#define JSON "Content-Type: application/json\r\n"
#define PAGE                                                                                       \
    "<title>Tides</title><article><h1>Tides</h1><p>The tide comes in twice a day, and goes out "   \
    "twice a day, since the earth turns under the bulges that the moon raises.</p></article>"

#endif
