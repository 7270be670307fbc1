#ifndef RT_SERVICE_CLIENTS_H
#define RT_SERVICE_CLIENTS_H

#include <riptide/riptide.h>

/* The open connections: who may take how long for what, who hangs up while an answer is made, and
 * who is still to be listened to after an early refusal.  The HTTP library itself knows only how
 * long nothing came at all, and looks at no connection that waits for its answer.  One thread looks
 * after them; the functions are for any. */
struct rt_clients;
struct rt_client;

struct rt_client_rules {
    unsigned idle_s; /* from the connection, or the last answer, to the end of the next headers */
    unsigned receive_s; /* for a body */
    unsigned send_s;    /* for an answer, and one more for each 64 KiB of it */
    int listener;       /* (borrowed) until rt_clients_drain(): who finds no room there gets that of
                         * those who wait longest for nothing */
};

/* NULL without memory or threads. */
struct rt_clients *rt_clients_open(const struct rt_client_rules *rules);
/* All have left. */
void rt_clients_close(struct rt_clients *clients);

/* fd (borrowed) until it leaves.  NULL without memory: nobody looks after it then, and the
 * functions below take NULL. */
struct rt_client *rt_client_join(struct rt_clients *clients, int fd);
/* Before fd is closed. */
void rt_client_leave(struct rt_clients *clients, struct rt_client *client);

void rt_client_waits(struct rt_clients *clients, struct rt_client *client);
void rt_client_sends(struct rt_clients *clients, struct rt_client *client);
/* An answer of that size goes out. */
void rt_client_receives(struct rt_clients *clients, struct rt_client *client, uint64_t bytes);
/* The next block of a stream goes out; the client has time to receive for each. */
enum { RT_CLIENT_BLOCK = 16 * 1024 };
void rt_client_takes(struct rt_clients *clients, struct rt_client *client);
/* Asked once for each answer: true where it is to be the last, and is to say so.  What still comes
 * is thrown away then, as of a refused one. */
bool rt_client_is_to_go(struct rt_clients *clients, struct rt_client *client);
/* It was answered before it had sent everything: what still comes after it has left is read and
 * thrown away for a while, since a connection that is closed with bytes unread takes the answer
 * with it. */
void rt_client_refused(struct rt_clients *clients, struct rt_client *client);

/* While its answer is made: triggers stop (borrowed, until unwatched) when it hangs up. */
void rt_client_watch(struct rt_clients *clients, struct rt_client *client, rt_cancel *stop);
/* It is the library's to see again, for a while; rt_clients_stop() goes on to trigger stop. */
void rt_client_wakes(struct rt_clients *clients, struct rt_client *client);
void rt_client_unwatch(struct rt_clients *clients, struct rt_client *client);
/* The answer goes on only once it has taken what is there: nobody waits for that at the end. */
void rt_client_stalls(struct rt_clients *clients, struct rt_client *client, bool stalls);

/* Hangs up on those that wait, now and from now on.  Nobody else is to come. */
void rt_clients_drain(struct rt_clients *clients);
/* Triggers the stop of all that are watched, and hangs up on who stalls. */
void rt_clients_stop(struct rt_clients *clients);
/* How many are connected. */
unsigned rt_clients_count(struct rt_clients *clients);

#endif
