#ifndef RT_TESTS_HOST_SETTINGS_FIXTURE_H
#define RT_TESTS_HOST_SETTINGS_FIXTURE_H

#include "fixture.h"

#include "host/settings/settings.h"

/* The defaults. */
static inline rt_settings *new_settings(void)
{
    rt_settings *settings;
    rt_error err;
    assert_ok(rt_settings_new(&settings, &err), err);
    return settings;
}

/* As it is in force. */
static inline rt_setting row_of(const rt_settings *settings, const char *name)
{
    rt_setting row;
    for (size_t i = 0; rt_settings_at(settings, i, &row); i++)
        if (strcmp(row.name, name) == 0)
            return row;
    fail_msg("%s is no setting", name);
    return row;
}

#endif
