#ifndef RT_HOST_SCHEMA_KEPT_H
#define RT_HOST_SCHEMA_KEPT_H

#include "host/checks/schema.h"

/* What checks of components against the interface found, kept for the process: who opens a second
 * engine with the same component does not wait for the same answer again.  Any thread, also in the
 * child of a fork(). */
struct rt_schema_key {
    unsigned char bytes[16];
};
/* Differs where the component, the WIT or what is allowed differ. */
struct rt_schema_key rt_schema_key_of(rt_str wasm, rt_str wit, bool allow_wasi);

struct rt_schema_verdict {
    struct rt_schema_summary summary; /* its time left out */
    char first[400];                  /* error, or "" */
};

/* False where it is not there, or where the table is in use just now. */
bool rt_schema_recall(const struct rt_schema_key *key, struct rt_schema_verdict *out);
/* The oldest of them makes room. */
void rt_schema_remember(const struct rt_schema_key *key, const struct rt_schema_verdict *verdict);

#endif
