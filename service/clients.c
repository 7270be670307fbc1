/* One list, one lock, one thread: it sleeps in epoll, which tells of hang-ups, and looks for those
 * that are late twice a second. */
#include "service/clients.h"

#include "base/alloc.h"
#include "net/clock.h"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000000)

enum { TICK_MS = 500, LINGER_S = 2, LINGERING = 256, SEND_STEP = 64 * 1024, NOBODY = -1 };
enum { IDLE_TICKS = 8, STUCK_TICKS = 2, WAY_MAX = 64 };

enum phase {
    IDLE,
    SENDING, /* a request */
    ACTIVE,
    TAKING, /* the next block of a stream */
    LEFT /* only its socket is ours, to read what still comes */
};

struct rt_client {
    struct rt_client *next, **prev;
    int fd;
    uint32_t number; /* so that an event for one that was here before is told apart */
    enum phase phase;
    uint64_t deadline; /* 0: none */
    rt_cancel *stop;
    bool refused;
    bool seems_gone; /* at the last look */
    bool stalls;
    int unsent; /* bytes in the kernel when its time was up before; 0: it was not */
};

struct rt_clients {
    struct rt_client_rules rules;
    pthread_mutex_t lock;
    pthread_t thread;
    int epoll;
    struct rt_client *first;
    struct rt_client **by_fd; /* watched ones */
    size_t room;
    uint32_t last_number;
    unsigned count, lingering, ticks;
    unsigned joined, joined_before, stuck; /* see make_way() */
    unsigned unwelcome;                    /* so many that are answered next are to go */
    bool draining;
    atomic_bool stopping;
    char nowhere[64 * 1024]; /* of the thread: for bytes that nobody wants */
};

/* ---- the list, with the lock held ---------------------------------------------------------------
 */

static void link_in(struct rt_clients *clients, struct rt_client *client)
{
    client->next = clients->first;
    client->prev = &clients->first;
    if (client->next)
        client->next->prev = &client->next;
    clients->first = client;
}

static void unlink_and_free(struct rt_client *client)
{
    *client->prev = client->next;
    if (client->next)
        client->next->prev = client->prev;
    rt_alloc_resize(&rt_alloc_heap, client, 0);
}

static bool make_place(struct rt_clients *clients, int fd)
{
    size_t want = (size_t)fd + 1, room = clients->room ? clients->room : 64;
    if (want <= clients->room)
        return true;
    while (room < want)
        room *= 2;
    struct rt_client **more =
        rt_alloc_resize(&rt_alloc_heap, clients->by_fd, room * sizeof(struct rt_client *));
    if (!more)
        return false;
    memset(more + clients->room, 0, (room - clients->room) * sizeof(struct rt_client *));
    clients->by_fd = more;
    clients->room = room;
    return true;
}

static bool listen_for(struct rt_clients *clients, struct rt_client *client, uint32_t events)
{
    if (!make_place(clients, client->fd))
        return false;
    struct epoll_event event = { .events = events };
    event.data.u64 = (uint64_t)client->number << 32 | (uint32_t)client->fd;
    if (epoll_ctl(clients->epoll, EPOLL_CTL_ADD, client->fd, &event) != 0)
        return false;
    clients->by_fd[client->fd] = client;
    return true;
}

static void listen_no_more(struct rt_clients *clients, struct rt_client *client)
{
    if ((size_t)client->fd >= clients->room || clients->by_fd[client->fd] != client)
        return;
    clients->by_fd[client->fd] = NULL;
    epoll_ctl(clients->epoll, EPOLL_CTL_DEL, client->fd, NULL);
}

static void end_lingering(struct rt_clients *clients, struct rt_client *client)
{
    listen_no_more(clients, client);
    close(client->fd);
    clients->lingering--;
    unlink_and_free(client);
}

/* The library closes the connection when it finds it shut down. */
static void hang_up(struct rt_client *client)
{
    shutdown(client->fd, SHUT_RDWR);
    client->deadline = 0;
}

/* ---- the thread ---------------------------------------------------------------------------------
 */

static void read_and_forget(struct rt_clients *clients, struct rt_client *client)
{
    for (int i = 0; i < 16; i++) {
        ssize_t n = recv(client->fd, clients->nowhere, sizeof clients->nowhere, MSG_DONTWAIT);
        if (n > 0)
            continue;
        if (n == 0)
            end_lingering(clients, client);
        return;
    }
}

static void take_event(struct rt_clients *clients, const struct epoll_event *event)
{
    size_t fd = (uint32_t)event->data.u64;
    struct rt_client *client = fd < clients->room ? clients->by_fd[fd] : NULL;
    if (!client || client->number != event->data.u64 >> 32)
        return;
    if (client->phase != LEFT) {
        rt_cancel_trigger(client->stop);
        listen_no_more(clients, client);
    } else if (event->events & (EPOLLERR | EPOLLHUP)) {
        end_lingering(clients, client);
    } else {
        read_and_forget(clients, client);
    }
}

/* A request that will not come to its end: the library may not notice before its next event.  Of
 * those that are idle, which may be very many and have sent half a head at most, some each time.
 * Twice running, since who has sent all of his request may close his side before the answer; while
 * that is made elsewhere, nobody can tell him from one who is gone, and he is taken for one. */
static bool is_gone(const struct rt_clients *clients, struct rt_client *client)
{
    char next;
    bool seemed = client->seems_gone;
    bool is_turn = seemed || client->number % IDLE_TICKS == clients->ticks % IDLE_TICKS;
    if (client->phase != SENDING && (client->phase != IDLE || !is_turn))
        return false;
    client->seems_gone = recv(client->fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
    return seemed && client->seems_gone;
}

/* The kernel takes more only once a third of its buffer is free, which may be a megabyte: who reads
 * a block of it in the time is not late. */
static bool has_taken(const struct rt_clients *clients, struct rt_client *client, uint64_t now)
{
    int left = 0;
    if (client->phase != TAKING || ioctl(client->fd, SIOCOUTQ, &left) != 0 ||
        (client->unsent && left + RT_CLIENT_BLOCK > client->unsent))
        return false;
    client->unsent = left;
    client->deadline = now + clients->rules.send_s * SECOND;
    return true;
}

static void look_for_late_ones(struct rt_clients *clients, uint64_t now)
{
    clients->ticks++;
    for (struct rt_client *c = clients->first, *next; c; c = next) {
        next = c->next;
        if (c->deadline == 0 || (now < c->deadline && !is_gone(clients, c)))
            continue;
        if (c->phase == LEFT)
            end_lingering(clients, c);
        else if (now < c->deadline || !has_taken(clients, c, now))
            hang_up(c);
    }
}

/* How many connections the kernel has that nobody has accepted yet. */
static unsigned count_outside(const struct rt_clients *clients)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    if (clients->draining ||
        getsockopt(clients->rules.listener, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
        return 0;
    return info.tcpi_unacked;
}

/* Those that wait longest, `most` of them or as many as there are. */
static unsigned find_longest_idle(const struct rt_clients *clients, struct rt_client **found,
                                  unsigned most)
{
    unsigned count = 0;
    for (struct rt_client *c = clients->first; c; c = c->next) {
        bool waits = c->phase == IDLE && c->deadline > 0;
        if (!waits || (count == most && c->deadline >= found[most - 1]->deadline))
            continue;
        unsigned at = count < most ? count++ : most - 1;
        for (; at > 0 && found[at - 1]->deadline > c->deadline; at--)
            found[at] = found[at - 1];
        found[at] = c;
    }
    return count;
}

/* At its limit of connections, and also once a descriptor was missing for one, the library accepts
 * nobody before one of those that are there has closed: they might keep all others out for good.
 * So who waits for nothing but the next request goes, and if all have one, those that are answered
 * next: they are told, since their next request may be on its way. */
static void make_way(struct rt_clients *clients)
{
    unsigned outside = count_outside(clients);
    bool is_stuck = outside > 0 && clients->joined == clients->joined_before;
    clients->joined_before = clients->joined;
    clients->stuck = is_stuck ? clients->stuck + 1 : 0;
    clients->unwelcome = 0;
    if (clients->stuck < STUCK_TICKS)
        return;
    struct rt_client *idle[WAY_MAX];
    unsigned most = outside < WAY_MAX ? outside : WAY_MAX;
    unsigned count = find_longest_idle(clients, idle, most);
    for (unsigned i = 0; i < count; i++)
        hang_up(idle[i]);
    clients->unwelcome = most - count;
}

static void *look_after(void *ctx)
{
    struct rt_clients *clients = ctx;
    struct epoll_event events[64];
    uint64_t looked = 0;
    while (!atomic_load(&clients->stopping)) {
        int n = epoll_wait(clients->epoll, events, sizeof events / sizeof *events, TICK_MS);
        uint64_t now = rt_net_now();
        pthread_mutex_lock(&clients->lock);
        for (int i = 0; i < n; i++)
            take_event(clients, &events[i]);
        if (now - looked >= SECOND / 1000 * TICK_MS) {
            look_for_late_ones(clients, now);
            make_way(clients);
            looked = now;
        }
        pthread_mutex_unlock(&clients->lock);
    }
    return NULL;
}

/* ---- opening and closing ------------------------------------------------------------------------
 */

struct rt_clients *rt_clients_open(const struct rt_client_rules *rules)
{
    struct rt_clients *clients = rt_alloc_resize(&rt_alloc_heap, NULL, sizeof *clients);
    if (!clients)
        return NULL;
    memset(clients, 0, sizeof *clients);
    clients->rules = *rules;
    clients->epoll = epoll_create1(EPOLL_CLOEXEC);
    pthread_mutex_init(&clients->lock, NULL);
    if (clients->epoll >= 0 && pthread_create(&clients->thread, NULL, look_after, clients) == 0)
        return clients;
    if (clients->epoll >= 0)
        close(clients->epoll);
    pthread_mutex_destroy(&clients->lock);
    rt_alloc_resize(&rt_alloc_heap, clients, 0);
    return NULL;
}

void rt_clients_close(struct rt_clients *clients)
{
    if (!clients)
        return;
    atomic_store(&clients->stopping, true);
    pthread_join(clients->thread, NULL);
    for (struct rt_client *c = clients->first, *next; c; c = next) {
        next = c->next;
        if (c->phase == LEFT)
            end_lingering(clients, c);
        else
            unlink_and_free(c);
    }
    close(clients->epoll);
    pthread_mutex_destroy(&clients->lock);
    rt_alloc_resize(&rt_alloc_heap, clients->by_fd, 0);
    rt_alloc_resize(&rt_alloc_heap, clients, 0);
}

/* ---- coming and going ---------------------------------------------------------------------------
 */

struct rt_client *rt_client_join(struct rt_clients *clients, int fd)
{
    struct rt_client *client = rt_alloc_resize(&rt_alloc_heap, NULL, sizeof *client);
    if (!client)
        return NULL;
    *client =
        (struct rt_client){ .fd = fd, .deadline = rt_net_now() + clients->rules.idle_s * SECOND };
    pthread_mutex_lock(&clients->lock);
    client->number = ++clients->last_number;
    link_in(clients, client);
    clients->count++;
    clients->joined++;
    pthread_mutex_unlock(&clients->lock);
    return client;
}

/* The connection stays open as long as one descriptor of it is. */
static bool linger(struct rt_clients *clients, struct rt_client *client)
{
    int fd = client->refused && clients->lingering < LINGERING ? dup(client->fd) : NOBODY;
    if (fd == NOBODY)
        return false;
    shutdown(fd, SHUT_WR);
    client->fd = fd;
    client->phase = LEFT;
    client->deadline = rt_net_now() + LINGER_S * SECOND;
    client->number = ++clients->last_number;
    clients->lingering++;
    if (!listen_for(clients, client, EPOLLIN))
        end_lingering(clients, client);
    return true;
}

void rt_client_leave(struct rt_clients *clients, struct rt_client *client)
{
    if (!client)
        return;
    pthread_mutex_lock(&clients->lock);
    listen_no_more(clients, client);
    clients->count--;
    if (!linger(clients, client))
        unlink_and_free(client);
    pthread_mutex_unlock(&clients->lock);
}

static void enter(struct rt_clients *clients, struct rt_client *client, enum phase phase,
                  uint64_t seconds)
{
    if (!client)
        return;
    uint64_t deadline = seconds ? rt_net_now() + seconds * SECOND : 0;
    pthread_mutex_lock(&clients->lock);
    client->phase = phase;
    client->deadline = deadline;
    client->seems_gone = false;
    client->unsent = 0;
    if (phase == IDLE && clients->draining && !client->refused) /* else the library closes it */
        hang_up(client);
    pthread_mutex_unlock(&clients->lock);
}

void rt_client_waits(struct rt_clients *clients, struct rt_client *client)
{
    enter(clients, client, IDLE, clients->rules.idle_s);
}

void rt_client_sends(struct rt_clients *clients, struct rt_client *client)
{
    enter(clients, client, SENDING, clients->rules.receive_s);
}

void rt_client_receives(struct rt_clients *clients, struct rt_client *client, uint64_t bytes)
{
    enter(clients, client, ACTIVE, clients->rules.send_s + bytes / SEND_STEP);
}

void rt_client_takes(struct rt_clients *clients, struct rt_client *client)
{
    enter(clients, client, TAKING, clients->rules.send_s);
}

bool rt_client_is_to_go(struct rt_clients *clients, struct rt_client *client)
{
    if (!client)
        return false;
    pthread_mutex_lock(&clients->lock);
    bool is_to_go = clients->draining || clients->unwelcome > 0;
    clients->unwelcome -= clients->unwelcome > 0;
    client->refused |= is_to_go;
    pthread_mutex_unlock(&clients->lock);
    return is_to_go;
}

void rt_client_refused(struct rt_clients *clients, struct rt_client *client)
{
    if (!client)
        return;
    pthread_mutex_lock(&clients->lock);
    client->refused = true;
    pthread_mutex_unlock(&clients->lock);
}

/* ---- hang-ups -----------------------------------------------------------------------------------
 */

void rt_client_watch(struct rt_clients *clients, struct rt_client *client, rt_cancel *stop)
{
    if (!client)
        return;
    pthread_mutex_lock(&clients->lock);
    client->stop = stop;
    client->deadline = 0;
    if (!listen_for(clients, client, EPOLLRDHUP | EPOLLONESHOT))
        client->stop = NULL;
    pthread_mutex_unlock(&clients->lock);
}

void rt_client_wakes(struct rt_clients *clients, struct rt_client *client)
{
    if (!client)
        return;
    pthread_mutex_lock(&clients->lock);
    listen_no_more(clients, client);
    pthread_mutex_unlock(&clients->lock);
}

void rt_client_stalls(struct rt_clients *clients, struct rt_client *client, bool stalls)
{
    if (!client)
        return;
    pthread_mutex_lock(&clients->lock);
    client->stalls = stalls;
    pthread_mutex_unlock(&clients->lock);
}

void rt_client_unwatch(struct rt_clients *clients, struct rt_client *client)
{
    if (!client)
        return;
    pthread_mutex_lock(&clients->lock);
    listen_no_more(clients, client);
    client->stop = NULL;
    pthread_mutex_unlock(&clients->lock);
}

void rt_clients_drain(struct rt_clients *clients)
{
    pthread_mutex_lock(&clients->lock);
    clients->draining = true;
    for (struct rt_client *c = clients->first; c; c = c->next)
        if (c->phase == IDLE)
            hang_up(c);
    pthread_mutex_unlock(&clients->lock);
}

void rt_clients_stop(struct rt_clients *clients)
{
    pthread_mutex_lock(&clients->lock);
    for (struct rt_client *c = clients->first; c; c = c->next) {
        if (c->phase != LEFT && c->stop)
            rt_cancel_trigger(c->stop);
        if (c->phase != LEFT && c->stalls)
            hang_up(c);
    }
    pthread_mutex_unlock(&clients->lock);
}

unsigned rt_clients_count(struct rt_clients *clients)
{
    pthread_mutex_lock(&clients->lock);
    unsigned count = clients->count;
    pthread_mutex_unlock(&clients->lock);
    return count;
}
