/*
 * Addresses and networks. IPv4 is kept in the mapped form of IPv6 (RFC 4291
 * section 2.5.5.2), so that one comparison serves both.
 */
#ifndef VIGIE_BASE_IP_H
#define VIGIE_BASE_IP_H

#include "engine/base/str.h"

struct ip {
	unsigned char b[16];
};

struct ip_net {
	struct ip ip;
	uint8_t bits; /* of 128; an IPv4 /24 is 120 */
};

#define IP_TEXT 46 /* room for the longest text and a NUL */

/* Dotted IPv4 (no leading zeros) or IPv6 (RFC 4291; a %zone and brackets are
 * refused). */
bool ip_parse(struct str s, struct ip *out);
bool ip_is_v4(const struct ip *ip);
/* RFC 5952; mapped IPv4 as dotted. */
struct str ip_format(const struct ip *ip, char out[IP_TEXT]);
bool ip_eq(const struct ip *a, const struct ip *b);

/* "192.0.2.0/24"; without "/" one address. With `strict`, bits behind the
 * prefix must be zero, else they are cut off. */
bool ip_net_parse(struct str s, bool strict, struct ip_net *out);
bool ip_net_has(const struct ip_net *net, const struct ip *ip);
/* IPv4 never lies in an IPv6 network and the other way round. */

struct sockaddr;
/* From AF_INET or AF_INET6; false for others. port may be NULL (host order). */
bool ip_from_sockaddr(const struct sockaddr *sa, struct ip *out,
    uint16_t *port);

#endif
