#ifndef RT_HOST_EVENT_TABLE_H
#define RT_HOST_EVENT_TABLE_H

#include <riptide/riptide.h>

enum {
#define RT_EVENT(...) +1
    RT_EVENTS = 0
#include "tables/events.def"
#undef RT_EVENT
};

/* (borrowed, static) what the two numbers of an event are; "" where the number is 0. */
const char *rt_event_value_text(rt_event_kind kind);
const char *rt_event_limit_text(rt_event_kind kind);

#endif
