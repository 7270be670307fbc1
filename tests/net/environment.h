#ifndef RT_TEST_NET_ENVIRONMENT_H
#define RT_TEST_NET_ENVIRONMENT_H

#include "net/caller.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* An environment that is a list, and the warnings that were given in it. */
struct environment {
    const char *pairs[24]; /* name, value, ..., NULL */
    pthread_mutex_t lock;
    unsigned warnings;
    char warning[500]; /* the last one */
};
#define ENVIRONMENT(...) { { __VA_ARGS__ }, PTHREAD_MUTEX_INITIALIZER, 0, "" }

static const char *environment_get(void *ctx, const char *name)
{
    const struct environment *environment = ctx;
    for (size_t i = 0; environment->pairs[i]; i += 2)
        if (strcmp(environment->pairs[i], name) == 0)
            return environment->pairs[i + 1];
    return NULL;
}

static void environment_warn(void *ctx, const char *text)
{
    struct environment *environment = ctx;
    pthread_mutex_lock(&environment->lock);
    environment->warnings++;
    snprintf(environment->warning, sizeof environment->warning, "%s", text);
    pthread_mutex_unlock(&environment->lock);
}

static inline struct rt_net_caller caller_of(struct environment *environment)
{
    return (struct rt_net_caller){ environment_get, environment_warn, environment };
}

#endif
