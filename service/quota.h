#ifndef RT_SERVICE_QUOTA_H
#define RT_SERVICE_QUOTA_H

#include <stdbool.h>
#include <stdint.h>

/* How many requests each client has running: a client is a key, or else an address.  Any thread. */
struct rt_quota;

/* limit: 0 for none.  clients: most that can have requests at once.  NULL without memory. */
struct rt_quota *rt_quota_open(unsigned limit, unsigned clients);
void rt_quota_close(struct rt_quota *quota);

/* Makes a client of an address, IPv4 as v4-mapped: of IPv6 the first 64 bits count, since whoever
 * has one address there has all of its network. */
void rt_quota_widen(uint8_t address[16]);

/* False: it has as many as it may.  Who is let in leaves with the same 16 bytes. */
bool rt_quota_enter(struct rt_quota *quota, const uint8_t client[16]);
void rt_quota_leave(struct rt_quota *quota, const uint8_t client[16]);

#endif
