#ifndef RT_CLI_ID_SET_H
#define RT_CLI_ID_SET_H

#include <riptide/content.h>

/* A set of strings that are copied in.  Made for millions of short ones. */
struct rt_id_set {
    char *bytes; /* all strings, one after the other */
    size_t used, room;
    struct rt_id_slot {
        size_t at, len_1; /* len_1 is the length + 1; 0: free */
    } *slots;
    size_t count, slot_count;
};

/* False without memory. */
bool rt_id_set_add(struct rt_id_set *set, rt_str id);
bool rt_id_set_has(const struct rt_id_set *set, rt_str id);
void rt_id_set_free(struct rt_id_set *set);

#endif
