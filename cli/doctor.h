/* What the two halves of `riptide doctor` share: what it tries, and what is set. */
#ifndef RT_CLI_DOCTOR_H
#define RT_CLI_DOCTOR_H

#include "cli.h"

enum rt_finding { RT_FINE, RT_WARNING, RT_FAULT };

struct rt_doctor {
    const struct rt_options *options;
    rt_settings *settings;
    unsigned faults;
};

/* One line; a fault is counted. */
void rt_doctor_say(struct rt_doctor *d, enum rt_finding finding, const char *what, const char *fmt,
                   ...) __attribute__((format(printf, 4, 5)));

/* How many settings are given, and which of them are probably not meant. */
void rt_doctor_check_settings(struct rt_doctor *d);
/* The files that are read, and every setting with its value and source. */
void rt_doctor_show_settings(const struct rt_doctor *d);

#endif
