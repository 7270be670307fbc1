#ifndef RT_NET_ADDRESS_H
#define RT_NET_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* Whether a server at the address may be asked on behalf of a stranger: only addresses of the public
 * Internet are, by the special-purpose registries of IANA (RFC 6890 and its updates).  An IPv6
 * address that carries an IPv4 one (mapped, 6to4, NAT64, Teredo, compatible) is judged by both.
 * Pure. */
bool rt_address_is_public(const struct sockaddr *address);

/* Whether one may be asked where private addresses may: all but link-local ones and those that clouds
 * keep for themselves, which serve the keys of the machine to whoever asks from it.  Pure. */
bool rt_address_is_askable(const struct sockaddr *address);

/* Why not, for messages and tests: "loopback", "private", ...; NULL for a public one.
 * (borrowed, static) */
const char *rt_address_range(const struct sockaddr *address);

#endif
