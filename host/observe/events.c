/* Events on their way to the observers.
 *
 * The ring is Vyukov's bounded queue: each place has a turn that says whose it is.  A place is free
 * for position p while its turn is p, and holds the event of position p while it is p + 1; the
 * reader then makes it p + PLACES.  Writers take positions by compare and exchange, so that none
 * waits for another; the reader is one thread.  It sleeps on a semaphore, which every writer posts
 * after it has published: the reader may wake to a place that is not published yet, but then that
 * writer's post is still to come. */
#include "host/observe/events.h"

#include "base/error.h"
#include "host/observe/event_table.h"

#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

enum { PLACES = 1024 /* a power of two */, MAX_OBSERVER_SIZE = 4096 };

struct place {
    atomic_size_t turn;
    rt_event event;
};

struct rt_events {
    const struct rt_alloc *alloc;
    struct rt_metrics *metrics;
    /* No bit is set before the ring and the thread are there. */
    _Atomic uint64_t wanted;

    pthread_mutex_t lock; /* of those who add observers */
    rt_observer observers[RT_OBSERVERS];
    atomic_size_t count; /* of them; only grows */

    struct place *ring; /* made, like the thread, with the first observer */
    pthread_t thread;
    sem_t published;
    atomic_bool ending;
    size_t end_at; /* the last event handed out is the one before; known once it is ending */
    /* Far apart, since the two sides write them all the time. */
    char before_write[64];
    atomic_size_t write_at;
    char before_read[64];
    size_t read_at; /* of the thread */
};

struct rt_events *rt_events_open(const struct rt_alloc *alloc, struct rt_metrics *metrics)
{
    struct rt_events *events = rt_alloc_resize(alloc, NULL, sizeof *events);
    if (!events)
        return NULL;
    memset(events, 0, sizeof *events);
    events->alloc = alloc;
    events->metrics = metrics;
    atomic_init(&events->wanted, 0);
    atomic_init(&events->count, 0);
    atomic_init(&events->ending, false);
    atomic_init(&events->write_at, 0);
    sem_init(&events->published, 0, 0);
    pthread_mutex_init(&events->lock, NULL);
    return events;
}

/* ---- the ring -------------------------------------------------------------------------------- */

static bool ring_put(struct rt_events *events, const rt_event *event)
{
    size_t at = atomic_load_explicit(&events->write_at, memory_order_relaxed);
    for (;;) {
        struct place *place = &events->ring[at % PLACES];
        size_t turn = atomic_load_explicit(&place->turn, memory_order_acquire);
        if (turn == at) {
            if (!atomic_compare_exchange_weak_explicit(&events->write_at, &at, at + 1,
                                                       memory_order_relaxed, memory_order_relaxed))
                continue;
            place->event = *event;
            atomic_store_explicit(&place->turn, at + 1, memory_order_release);
            return true;
        }
        if ((ptrdiff_t)(turn - at) < 0)
            return false; /* the event of PLACES ago is still there */
        at = atomic_load_explicit(&events->write_at, memory_order_relaxed);
    }
}

static bool ring_get(struct rt_events *events, rt_event *out)
{
    struct place *place = &events->ring[events->read_at % PLACES];
    if (atomic_load_explicit(&place->turn, memory_order_acquire) != events->read_at + 1)
        return false;
    *out = place->event;
    atomic_store_explicit(&place->turn, events->read_at + PLACES, memory_order_release);
    events->read_at++;
    return true;
}

/* ---- the thread ------------------------------------------------------------------------------ */

static void tell_observers(struct rt_events *events, const rt_event *event)
{
    size_t count = atomic_load_explicit(&events->count, memory_order_acquire);
    for (size_t i = 0; i < count; i++)
        if (events->observers[i].kinds >> event->kind & 1)
            events->observers[i].tell(events->observers[i].ctx, event);
}

/* An observer may make events by what it does with one: what came after the end began is left. */
static bool is_at_end(struct rt_events *events)
{
    return atomic_load(&events->ending) && events->read_at >= events->end_at;
}

/* Each event that is read takes a post with it, so that these do not pile up.  It may be another
 * event's, which is then still in the ring, or behind one whose post is still to come. */
static void drain(struct rt_events *events)
{
    rt_event event;
    while (!is_at_end(events) && ring_get(events, &event)) {
        tell_observers(events, &event);
        (void)sem_trywait(&events->published);
    }
}

static void *hand_out(void *arg)
{
    struct rt_events *events = arg;
    for (;;) {
        while (sem_wait(&events->published) != 0)
            continue;
        drain(events);
        if (is_at_end(events))
            return NULL;
    }
}

/* Signals are for the program's own threads, but for those of components: observers may use the
 * library. */
static int start_thread(struct rt_events *events)
{
    sigset_t most, old;
    sigfillset(&most);
    sigdelset(&most, SIGSEGV);
    sigdelset(&most, SIGBUS);
    sigdelset(&most, SIGILL);
    sigdelset(&most, SIGFPE);
    pthread_sigmask(SIG_SETMASK, &most, &old);
    int failed = pthread_create(&events->thread, NULL, hand_out, events);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return failed;
}

/* Under the lock. */
static rt_status start(struct rt_events *events, rt_error *err)
{
    events->ring = rt_alloc_resize(events->alloc, NULL, PLACES * sizeof *events->ring);
    if (!events->ring)
        return rt_fail(err, RT_NO_MEMORY, "no memory for the ring of events");
    for (size_t i = 0; i < PLACES; i++)
        atomic_init(&events->ring[i].turn, i);
    if (start_thread(events) == 0)
        return RT_OK;
    rt_alloc_resize(events->alloc, events->ring, 0);
    events->ring = NULL;
    return rt_fail(err, RT_NO_MEMORY, "no thread could be made for the observers");
}

void rt_events_end(struct rt_events *events)
{
    if (!events->ring || atomic_load(&events->ending))
        return;
    atomic_store(&events->wanted, 0);
    events->end_at = atomic_load(&events->write_at);
    atomic_store(&events->ending, true);
    sem_post(&events->published);
    pthread_join(events->thread, NULL);
}

void rt_events_close(struct rt_events *events)
{
    if (!events)
        return;
    rt_events_end(events);
    if (events->ring)
        rt_alloc_resize(events->alloc, events->ring, 0);
    sem_destroy(&events->published);
    pthread_mutex_destroy(&events->lock);
    rt_alloc_resize(events->alloc, events, 0);
}

/* ---- observers ------------------------------------------------------------------------------- */

static rt_status read_observer(const rt_observer *from, rt_observer *out, rt_error *err)
{
    if (!from || from->size < sizeof *out || from->size > MAX_OBSERVER_SIZE)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "rt_engine_observe: expected an observer made with RT_OBSERVER_INIT");
    const char *bytes = (const char *)from;
    for (size_t i = sizeof *out; i < from->size; i++)
        if (bytes[i])
            return rt_fail(err, RT_INVALID_ARGUMENT,
                           "rt_engine_observe: the observer has options that version " RT_VERSION
                           " of the library does not know");
    *out = *from;
    out->size = sizeof *out;
    if (!out->tell)
        return rt_fail(err, RT_INVALID_ARGUMENT, "rt_engine_observe: tell is NULL");
    return RT_OK;
}

/* Under the lock. */
static rt_status add_observer(struct rt_events *events, const rt_observer *observer, rt_error *err)
{
    size_t count = atomic_load_explicit(&events->count, memory_order_relaxed);
    if (count == RT_OBSERVERS)
        return rt_fail(err, RT_INVALID_ARGUMENT,
                       "rt_engine_observe: there are %d observers already", RT_OBSERVERS);
    rt_status status = events->ring ? RT_OK : start(events, err);
    if (status != RT_OK)
        return status;
    events->observers[count] = *observer;
    atomic_store_explicit(&events->count, count + 1, memory_order_release);
    atomic_fetch_or_explicit(&events->wanted, observer->kinds, memory_order_release);
    return RT_OK;
}

rt_status rt_events_observe(struct rt_events *events, const rt_observer *observer, rt_error *err)
{
    rt_observer own;
    rt_status status = read_observer(observer, &own, err);
    if (status != RT_OK)
        return status;
    pthread_mutex_lock(&events->lock);
    status = add_observer(events, &own, err);
    pthread_mutex_unlock(&events->lock);
    return status;
}

size_t rt_events_observers(const struct rt_events *events, rt_observer out[RT_OBSERVERS])
{
    size_t count = atomic_load_explicit(&events->count, memory_order_acquire);
    memcpy(out, events->observers, count * sizeof *out);
    return count;
}

/* ---- emitting -------------------------------------------------------------------------------- */

static uint64_t now_since_1970(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

bool rt_events_wanted(const struct rt_events *events, rt_event_kind kind)
{
    return atomic_load_explicit(&events->wanted, memory_order_relaxed) >> kind & 1;
}

void rt_events_emit(struct rt_events *events, const rt_event *event)
{
    if ((unsigned)event->kind >= RT_EVENTS)
        return;
    rt_metrics_add(events->metrics, RT_METRIC_EVENTS, event->kind, 1);
    if (!(atomic_load_explicit(&events->wanted, memory_order_acquire) >> event->kind & 1))
        return;
    rt_event own = *event;
    own.time_ns = now_since_1970();
    if (ring_put(events, &own))
        sem_post(&events->published);
    else
        rt_metrics_add(events->metrics, RT_METRIC_EVENTS_LOST, 0, 1);
}

void rt_events_tell(struct rt_events *events, rt_event_kind kind, uint64_t value, uint64_t limit)
{
    rt_events_emit(events, &(rt_event){ .kind = kind, .value = value, .limit = limit });
}
