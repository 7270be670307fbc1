#ifndef RT_CORE_DATE_H
#define RT_CORE_DATE_H

#include "base/arena.h"

/* A day, and the time of day where the page gives one. */
struct rt_date {
    uint16_t year;
    uint8_t month, day;
    bool has_time, has_zone;
    uint8_t hour, minute, second;
    int16_t zone;               /* minutes east of UTC */
};

enum rt_date_order {
    RT_DATE_DAY_FIRST,          /* 3/4/2024 is in April */
    RT_DATE_MONTH_FIRST         /* 3/4/2024 is in March */
};

/* The value of a machine's field: RFC 3339 and the variants of ISO 8601, RFC 2822, 20240517,
 * seconds or milliseconds since 1970, or what rt_date_find() understands at its beginning.
 * False for a day that does not exist and for years before 1990 or after 2099. */
bool rt_date_parse(rt_str value, enum rt_date_order order, struct rt_date *out);

/* The first day that is named in text: 2024-05-17, 17.05.2024, 5/17/2024, 17 mai 2024,
 * May 17, 2024, 2024年5月17日.  at: where it begins, len: how many bytes it takes; both may be
 * NULL. */
bool rt_date_find(rt_str text, enum rt_date_order order, struct rt_date *out, size_t *at,
                  size_t *len);

/* "/2024/05/17/", "/2024-05-17-" and the like in the path of url. */
bool rt_date_from_url(rt_str url, struct rt_date *out);

/* 2024-05-17T10:00:00+02:00; 2024-05-17 where the time or its zone is not known, since RFC 3339 has
 * no time without a zone. */
rt_str rt_date_format(struct rt_arena *arena, const struct rt_date *date);

/* 1 to 12, or 0: the month of that name or abbreviation in one of some twenty languages. */
unsigned rt_month_find(rt_str name);

#endif
