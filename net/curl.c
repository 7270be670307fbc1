/* The one place that finds libcurl. */
#include "net/curl.h"

#include "base/error.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>

/* With the gnu flavour's name as the second: distributions have one or both. */
static const char *const names[] = { "libcurl.so.4", "libcurl-gnutls.so.4" };

static const struct {
    const char *name;
    size_t place;
} functions[] = {
#define FUNCTION(name) { "curl_" #name, offsetof(struct rt_curl, name) }
    FUNCTION(global_init),         FUNCTION(easy_init),     FUNCTION(easy_cleanup),
    FUNCTION(easy_setopt),         FUNCTION(easy_getinfo),  FUNCTION(easy_strerror),
    FUNCTION(multi_init),          FUNCTION(multi_cleanup), FUNCTION(multi_add_handle),
    FUNCTION(multi_remove_handle), FUNCTION(multi_perform), FUNCTION(multi_poll),
    FUNCTION(multi_info_read),     FUNCTION(slist_append),  FUNCTION(slist_free_all),
    FUNCTION(multi_wakeup),        FUNCTION(multi_setopt),  FUNCTION(url),
    FUNCTION(url_cleanup),         FUNCTION(url_set),       FUNCTION(url_get),
    FUNCTION(free),                FUNCTION(getdate),       FUNCTION(version_info),
#undef FUNCTION
};
_Static_assert(sizeof functions / sizeof *functions * sizeof(void *) == sizeof(struct rt_curl),
               "each member of struct rt_curl needs its line");

static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct rt_curl loaded;
static rt_error failure;

static void load(void)
{
    void *library = NULL;
    for (size_t i = 0; !library && i < sizeof names / sizeof *names; i++)
        library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        rt_fail(&failure, RT_IO_ERROR, "libcurl cannot be loaded: expected %s to be installed",
                names[0]);
        return;
    }
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *function = dlsym(library, functions[i].name);
        if (!function) {
            rt_fail(&failure, RT_IO_ERROR, "libcurl is too old: it has no %s()", functions[i].name);
            return;
        }
        memcpy((char *)&loaded + functions[i].place, &function, sizeof function);
    }
    if (loaded.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        rt_fail(&failure, RT_IO_ERROR, "libcurl cannot be set up");
}

rt_status rt_curl_load(const struct rt_curl **out, rt_error *err)
{
    pthread_once(&once, load);
    if (failure.status != RT_OK)
        return rt_fail(err, failure.status, "%s", failure.message);
    *out = &loaded;
    return RT_OK;
}
