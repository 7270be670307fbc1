#ifndef RT_HOST_SETTINGS_GIVEN_H
#define RT_HOST_SETTINGS_GIVEN_H

#include "host/settings/table.h"

/* Who gave a value.  The higher wins, in whatever order they come; of the same the later. */
enum rt_settings_rank { RT_RANK_DEFAULT, RT_RANK_FILE, RT_RANK_ENVIRONMENT, RT_RANK_CALLER };

/* A value on its way into the settings; all of it is (borrowed). */
struct rt_given {
    enum rt_settings_rank rank;
    const char *where; /* "/etc/riptide/riptide.toml:12", or "" */
    rt_str name;
    const char *text;
    rt_str shown;       /* how messages quote it; absent: the text in quotation marks */
    const char *remark; /* why it is wrong whatever the text: ends the message; or NULL */
};

/* RT_INVALID_SETTING for a name that is none, and for what its row does not take. */
rt_status rt_settings_try(const struct rt_given *given, rt_error *err);
/* Takes it, if nobody of a higher rank has given another; it is checked in any case. */
rt_status rt_settings_give(rt_settings *settings, const struct rt_given *given, rt_error *err);

#endif
