/* The component's own word on its health, kept fresh. */
#include "service/health.h"

#include "base/alloc.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <yyjson.h>

/* See riptide.h: a component needs 2.5 MiB. */
enum { STACK = 4 << 20 };

struct rt_health {
    rt_engine *engine;
    unsigned interval_s;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    struct rt_health_report report;
    bool asked, closing;
};

static void copy(char *to, size_t room, yyjson_val *object, const char *key)
{
    const char *text = yyjson_get_str(yyjson_obj_get(object, key));
    if (text)
        snprintf(to, room, "%.*s", (int)room - 1, text);
}

/* The versions of the last good answer stay. */
static void check(struct rt_health *health)
{
    struct rt_health_report report = health->report; /* only this thread writes it */
    rt_text answer = { NULL, 0 };
    report.good = false;
    snprintf(report.status, sizeof report.status, "unreachable");
    if (rt_engine_query(health->engine, "health-check", &answer, NULL) == RT_OK) {
        yyjson_doc *doc = yyjson_read(answer.at, answer.len, 0);
        yyjson_val *root = yyjson_doc_get_root(doc);
        copy(report.status, sizeof report.status, root, "status");
        copy(report.version, sizeof report.version, root, "version");
        copy(report.core_version, sizeof report.core_version, root, "trek_version");
        report.good = strcmp(report.status, "healthy") == 0;
        yyjson_doc_free(doc);
        rt_text_free(&answer);
    }
    report.checked_s = (uint64_t)time(NULL);
    pthread_mutex_lock(&health->lock);
    health->report = report;
    health->asked = true;
    pthread_cond_broadcast(&health->wake);
    pthread_mutex_unlock(&health->lock);
}

static bool pause_is_over(struct rt_health *health)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)health->interval_s;
    pthread_mutex_lock(&health->lock);
    int late = 0;
    while (!health->closing && late == 0)
        late = pthread_cond_timedwait(&health->wake, &health->lock, &until);
    bool go_on = !health->closing;
    pthread_mutex_unlock(&health->lock);
    return go_on;
}

static void *check_now_and_then(void *ctx)
{
    struct rt_health *health = ctx;
    do
        check(health);
    while (pause_is_over(health));
    return NULL;
}

struct rt_health *rt_health_open(rt_engine *engine, unsigned interval_s)
{
    struct rt_health *health = rt_alloc_resize(&rt_alloc_heap, NULL, sizeof *health);
    if (!health)
        return NULL;
    memset(health, 0, sizeof *health);
    health->engine = engine;
    health->interval_s = interval_s;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&health->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&health->lock, NULL);
    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, STACK);
    bool started = pthread_create(&health->thread, &attr, check_now_and_then, health) == 0;
    pthread_attr_destroy(&attr);
    if (!started) {
        pthread_cond_destroy(&health->wake);
        pthread_mutex_destroy(&health->lock);
        rt_alloc_resize(&rt_alloc_heap, health, 0);
        return NULL;
    }
    pthread_mutex_lock(&health->lock);
    while (!health->asked)
        pthread_cond_wait(&health->wake, &health->lock);
    pthread_mutex_unlock(&health->lock);
    return health;
}

void rt_health_close(struct rt_health *health)
{
    if (!health)
        return;
    pthread_mutex_lock(&health->lock);
    health->closing = true;
    pthread_cond_broadcast(&health->wake);
    pthread_mutex_unlock(&health->lock);
    pthread_join(health->thread, NULL);
    pthread_cond_destroy(&health->wake);
    pthread_mutex_destroy(&health->lock);
    rt_alloc_resize(&rt_alloc_heap, health, 0);
}

struct rt_health_report rt_health_read(struct rt_health *health)
{
    pthread_mutex_lock(&health->lock);
    struct rt_health_report report = health->report;
    pthread_mutex_unlock(&health->lock);
    return report;
}
