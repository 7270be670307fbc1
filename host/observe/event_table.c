/* Events by name. */
#include "host/observe/event_table.h"

#include "host/pool/tiers.h"

static const struct row {
    const char *label, *text, *value, *limit;
} rows[] = {
#define RT_EVENT(name, label, text, value, limit) [RT_EVENT_##name] = { label, text, value, limit },
#include "tables/events.def"
#undef RT_EVENT
};

/* The public enum is written out for its readers; a row that is missing there or stands elsewhere
 * does not build. */
enum row_number {
#define RT_EVENT(name, ...) ROW_##name,
#include "tables/events.def"
#undef RT_EVENT
};
#define RT_EVENT(name, ...)                                                                        \
    _Static_assert((int)ROW_##name == (int)RT_EVENT_##name,                                        \
                   "RT_EVENT_" #name " has another number in riptide.h");
#include "tables/events.def"
#undef RT_EVENT
/* The table tells them by number. */
_Static_assert(RT_EVICT_USES == 1 && RT_EVICT_FAILURES == 2 && RT_EVICT_AGE == 3 &&
                   RT_EVICT_IDLE == 4 && RT_EVICT_SURPLUS == 5 && RT_EVICT_MEMORY == 6,
               "tables/events.def gives the reasons of an eviction other numbers");
/* The masks of observers have a bit for each. */
_Static_assert(RT_EVENTS <= 64, "more kinds of events than bits");

static const struct row *row_of(rt_event_kind kind)
{
    static const struct row unknown = { "unknown", "no such event", "", "" };
    return (unsigned)kind < RT_EVENTS ? &rows[kind] : &unknown;
}

const char *rt_event_label(rt_event_kind kind) { return row_of(kind)->label; }
const char *rt_event_text(rt_event_kind kind) { return row_of(kind)->text; }
const char *rt_event_value_text(rt_event_kind kind) { return row_of(kind)->value; }
const char *rt_event_limit_text(rt_event_kind kind) { return row_of(kind)->limit; }
