/* The one place that finds libmicrohttpd. */
#include "service/microhttpd.h"

#include "base/error.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

static const char name_of_library[] = "libmicrohttpd.so.12";

static const struct {
    const char *name;
    size_t place;
} functions[] = {
#define FUNCTION(name) { "MHD_" #name, offsetof(struct rt_microhttpd, name) }
    FUNCTION(start_daemon),
    FUNCTION(quiesce_daemon),
    FUNCTION(stop_daemon),
    FUNCTION(get_connection_info),
    FUNCTION(get_connection_values_n),
    FUNCTION(lookup_connection_value_n),
    FUNCTION(queue_response),
    FUNCTION(suspend_connection),
    FUNCTION(resume_connection),
    FUNCTION(create_response_from_buffer_with_free_callback_cls),
    FUNCTION(create_response_from_callback),
    FUNCTION(destroy_response),
    FUNCTION(add_response_header),
#undef FUNCTION
};
_Static_assert(sizeof functions / sizeof *functions * sizeof(void *) ==
                   sizeof(struct rt_microhttpd),
               "each member of struct rt_microhttpd needs its line");

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct rt_microhttpd loaded;
static rt_error failure;

static void load(void)
{
    void *library = dlopen(name_of_library, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        rt_fail(&failure, RT_IO_ERROR,
                "libmicrohttpd cannot be loaded: expected %s to be installed", name_of_library);
        return;
    }
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *function = dlsym(library, functions[i].name);
        if (!function) {
            rt_fail(&failure, RT_IO_ERROR, "libmicrohttpd is too old: it has no %s()",
                    functions[i].name);
            return;
        }
        memcpy((char *)&loaded + functions[i].place, &function, sizeof function);
    }
}

rt_status rt_microhttpd_load(const struct rt_microhttpd **out, rt_error *err)
{
    pthread_once(&once, load);
    if (failure.status != RT_OK)
        return rt_fail(err, failure.status, "%s", failure.message);
    *out = &loaded;
    return RT_OK;
}
