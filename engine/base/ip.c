#include "engine/base/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static const unsigned char v4_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff,
    0xff};

static bool
parse_v4(struct str s, unsigned char out[4])
{
	unsigned v = 0, digits = 0, part = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '.') {
			if (digits == 0 || part == 3)
				return false;
			out[part++] = (unsigned char)v;
			v = digits = 0;
			continue;
		}
		if (!char_is_digit(c) || (digits > 0 && v == 0))
			return false;
		v = v * 10 + (unsigned)(c - '0');
		if (v > 255)
			return false;
		digits++;
	}
	if (part != 3 || digits == 0)
		return false;
	out[3] = (unsigned char)v;
	return true;
}

bool
ip_parse(struct str s, struct ip *out)
{
	char text[IP_TEXT];
	struct in6_addr v6;

	if (s.n < 2 || s.n >= sizeof(text))
		return false;
	if (str_find_char(s, ':') == SIZE_MAX) {
		memcpy(out->b, v4_prefix, sizeof(v4_prefix));
		return parse_v4(s, out->b + 12);
	}
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (strlen(text) != s.n || inet_pton(AF_INET6, text, &v6) != 1)
		return false;
	memcpy(out->b, &v6, 16);
	return true;
}

bool
ip_is_v4(const struct ip *ip)
{
	return memcmp(ip->b, v4_prefix, sizeof(v4_prefix)) == 0;
}

struct str
ip_format(const struct ip *ip, char out[IP_TEXT])
{
	bool v4 = ip_is_v4(ip);
	const char *text = inet_ntop(v4 ? AF_INET : AF_INET6,
	    v4 ? ip->b + 12 : ip->b, out, IP_TEXT);

	return text == NULL ? STR_NONE : str_from(text);
}

bool
ip_eq(const struct ip *a, const struct ip *b)
{
	return memcmp(a->b, b->b, 16) == 0;
}

/* Clears the bits behind the prefix; true when they were clear. */
static bool
clear_host(struct ip_net *net)
{
	bool clean = true;

	for (unsigned i = 0; i < 16; i++) {
		unsigned keep = net->bits <= i * 8 ? 0
		    : net->bits >= i * 8 + 8	   ? 8
						   : net->bits - i * 8;
		unsigned char mask = (unsigned char)(0xff00u >> keep);

		if ((net->ip.b[i] & (unsigned char)~mask) != 0)
			clean = false;
		net->ip.b[i] &= mask;
	}
	return clean;
}

bool
ip_net_parse(struct str s, bool strict, struct ip_net *out)
{
	struct str address, length;
	struct ip_net net;
	bool slash = str_cut(s, '/', &address, &length);
	uint64_t bits;
	unsigned base;

	if (!ip_parse(address, &net.ip))
		return false;
	base = str_find_char(address, ':') == SIZE_MAX ? 96 : 0;
	bits = 128 - base;
	if (slash && (!str_to_u64(length, &bits) || bits > 128 - base))
		return false;
	net.bits = (uint8_t)(base + bits);
	if (!clear_host(&net) && strict)
		return false;
	*out = net;
	return true;
}

bool
ip_net_has(const struct ip_net *net, const struct ip *ip)
{
	unsigned bytes = net->bits / 8, rest = net->bits % 8;

	if (ip_is_v4(&net->ip) != ip_is_v4(ip))
		return false;
	if (memcmp(net->ip.b, ip->b, bytes) != 0)
		return false;
	return rest == 0 ||
	    ((net->ip.b[bytes] ^ ip->b[bytes]) >> (8 - rest)) == 0;
}

bool
ip_from_sockaddr(const struct sockaddr *sa, struct ip *out, uint16_t *port)
{
	uint16_t net_port;

	if (sa->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)sa;

		memcpy(out->b, v4_prefix, sizeof(v4_prefix));
		memcpy(out->b + 12, &in->sin_addr, 4);
		net_port = in->sin_port;
	} else if (sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)sa;

		memcpy(out->b, &in6->sin6_addr, 16);
		net_port = in6->sin6_port;
	} else {
		return false;
	}
	if (port != NULL)
		*port = ntohs(net_port);
	return true;
}
