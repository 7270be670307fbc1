#ifndef RT_HOST_FAILURE_H
#define RT_HOST_FAILURE_H

#include <riptide/riptide.h>
#include <wasmtime/error.h>

/* What the host itself knows of a call that failed.  A component call hands back only a message,
 * so the reason is told from this; a refused growth comes as the guest's own typed error. */
struct rt_evidence {
    uint64_t fuel_left;
    rt_status stopped; /* by the host itself: RT_TIMEOUT, RT_CANCELLED; else RT_OK */
    bool in_guest; /* the guest's code was running when it failed */
};
rt_status rt_failure_reason(const struct rt_evidence *evidence);

/* Whether guest code was on the stack: else the failure lies in what the guest handed over. */
bool rt_failure_in_guest(const wasmtime_error_t *error);

/* The engine's message for people, on one line, its cause only.  Deletes the error. */
void rt_failure_text(wasmtime_error_t *error, char *out, size_t room);

#endif
