/* Addresses and networks. */
#include "engine/base/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *name;
	struct str in;
	const char *out; /* NULL: no address */
} rows[] = {
    {"v4",		 STR_INIT("192.0.2.1"),				      "192.0.2.1"       },
    {"v4 zeros",           STR_INIT("0.0.0.0"),					"0.0.0.0"         },
    {"v4 largest",         STR_INIT("255.255.255.255"),                                "255.255.255.255" },
    {"v4 256",             STR_INIT("192.0.2.256"),                                    NULL              },
    {"v4 leading zero",    STR_INIT("192.0.02.1"),                                     NULL              },
    {"v4 two zeros",       STR_INIT("192.00.2.1"),                                     NULL              },
    {"v4 three parts",     STR_INIT("192.0.2"),                                        NULL              },
    {"v4 five parts",      STR_INIT("192.0.2.1.1"),                                    NULL              },
    {"v4 empty part",      STR_INIT("192..2.1"),                                       NULL              },
    {"v4 ends with a dot", STR_INIT("192.0.2.1."),                                     NULL              },
    {"v4 begins with one", STR_INIT(".192.0.2.1"),                                     NULL              },
    {"v4 blank",           STR_INIT("192.0.2.1 "),                                     NULL              },
    {"v4 hexadecimal",     STR_INIT("0xc0.0.2.1"),                                     NULL              },
    {"v4 number",          STR_INIT("3221225985"),                                     NULL              },
    {"v4 minus",           STR_INIT("-1.0.2.1"),				       NULL              },
    {"v4 huge part",       STR_INIT("4294967488.0.2.1"),                               NULL              },
    {"v4 with port",       STR_INIT("192.0.2.1:80"),                                   NULL              },
    {"v6",		 STR_INIT("2001:DB8:0:0:0:0:0:1"),                           "2001:db8::1"     },
    {"v6 longest run",     STR_INIT("2001:db8:0:0:1:0:0:0"),                           "2001:db8:0:0:1::"},
    {"v6 unspecified",     STR_INIT("::"),					     "::"              },
    {"v6 loopback",        STR_INIT("::1"),					    "::1"             },
    {"v6 leading zeros",   STR_INIT("2001:0db8::0001"),                                "2001:db8::1"     },
    {"v6 mapped",          STR_INIT("::ffff:192.0.2.1"),                               "192.0.2.1"       },
    {"v6 mapped, hex",     STR_INIT("::ffff:c000:201"),                                "192.0.2.1"       },
    {"v6 mapped, zeros",   STR_INIT("::ffff:192.0.02.1"),                              NULL              },
    {"v6 zone",            STR_INIT("fe80::1%eth0"),                                   NULL              },
    {"v6 brackets",        STR_INIT("[2001:db8::1]"),                                  NULL              },
    {"v6 two gaps",        STR_INIT("2001::db8::1"),                                   NULL              },
    {"v6 five digits",     STR_INIT("2001:0db80::1"),                                  NULL              },
    {"v6 nine parts",      STR_INIT("1:2:3:4:5:6:7:8:9"),                              NULL              },
    {"v6 NUL inside",      STR_INIT("2001:db8::1\0002"),                               NULL              },
    {"one colon",          STR_INIT(":"),					      NULL              },
    {"empty",	      {NULL, 0},						  NULL              },
    {"a word",             STR_INIT("gateway"),					NULL              },
    {"46 bytes",           STR_INIT("0000:0000:0000:0000:0000:0000:255.255.255.2550"),
     NULL												},
    {"longest",            STR_INIT("0000:0000:0000:0000:0000:0000:255.255.255.255"),
     "::255.255.255.255"										 },
};

static void
test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[IP_TEXT];
		struct ip ip, again;
		bool ok = ip_parse(rows[i].in, &ip);

		if (ok != (rows[i].out != NULL))
			fail_msg("row '%s'", rows[i].name);
		if (!ok)
			continue;
		if (!str_eq(ip_format(&ip, text), str_from(rows[i].out)))
			fail_msg("row '%s': %s", rows[i].name, text);
		assert_true(ip_parse(str_from(text), &again));
		assert_true(ip_eq(&ip, &again));
		assert_int_equal(
		    ip_is_v4(&ip), strchr(rows[i].out, ':') == NULL);
	}
}

/* in: 1 yes, 0 no, -1 the network is refused */
static const struct {
	const char *net;
	bool strict;
	const char *ip;
	int in;
} nets[] = {
    {"192.0.2.0/24",                   true,  "192.0.2.255",      1 },
    {"192.0.2.0/24",                   true,  "192.0.3.0",        0 },
    {"192.0.2.0/24",                   true,  "192.0.1.255",      0 },
    {"192.0.2.128/25",                 true,  "192.0.2.127",      0 },
    {"192.0.2.128/25",                 true,  "192.0.2.128",      1 },
    {"192.0.2.4/31",                   true,  "192.0.2.5",        1 },
    {"192.0.2.4/31",                   true,  "192.0.2.6",        0 },
    {"192.0.2.7/32",                   true,  "192.0.2.7",        1 },
    {"192.0.2.7",		      true,  "192.0.2.7",        1 },
    {"192.0.2.7",		      true,  "192.0.2.6",        0 },
    {"0.0.0.0/0",		      true,  "203.0.113.9",      1 },
    {"0.0.0.0/0",		      true,  "2001:db8::1",      0 },
    {"192.0.2.1/24",                   true,  "192.0.2.1",        -1},
    {"192.0.2.1/24",                   false, "192.0.2.200",      1 },
    {"192.0.2.0/33",                   false, "192.0.2.0",        -1},
    {"192.0.2.0/",		     false, "192.0.2.0",        -1},
    {"192.0.2.0/-1",                   false, "192.0.2.0",        -1},
    {"192.0.2.0/24/24",                false, "192.0.2.0",        -1},
    {"192.0.2.0/255.0.0.0",            false, "192.0.2.0",        -1},
    {"192.0.2/24",		     false, "192.0.2.0",        -1},
    {"/24",			    false, "192.0.2.0",        -1},
    {"",			       false, "192.0.2.0",        -1},
    {"192.0.2.0/18446744073709551640", false, "192.0.2.0",        -1},
    {"2001:db8::/32",                  true,  "2001:db8:ffff::1", 1 },
    {"2001:db8::/32",                  true,  "2001:db9::1",      0 },
    {"2001:db8::/127",                 true,  "2001:db8::2",      0 },
    {"2001:db8::1/64",                 true,  "2001:db8::1",      -1},
    {"2001:db8::1/64",                 false, "2001:db8::2",      1 },
    {"2001:db8::/129",                 false, "2001:db8::",       -1},
    {"::/0",			   true,  "2001:db8::1",      1 },
    {"::/0",			   true,  "192.0.2.1",        0 },
    {"::ffff:192.0.2.0/120",           true,  "192.0.2.9",        1 },
    {"::ffff:192.0.2.0/120",           true,  "192.0.3.9",        0 },
};

static void
test_nets(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(nets); i++) {
		struct ip_net net;
		struct ip ip;
		int in = -1;

		assert_true(ip_parse(str_from(nets[i].ip), &ip));
		if (ip_net_parse(str_from(nets[i].net), nets[i].strict, &net))
			in = ip_net_has(&net, &ip);
		if (in != nets[i].in)
			fail_msg("%s in '%s': %d", nets[i].ip, nets[i].net, in);
	}
}

static void
test_sockaddr(void **state)
{
	struct sockaddr_in in = {
	    .sin_family = AF_INET, .sin_port = htons(5514)};
	struct sockaddr_in6 in6 = {
	    .sin6_family = AF_INET6, .sin6_port = htons(601)};
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct ip ip, want;
	uint16_t port = 0;

	(void)state;
	inet_pton(AF_INET, "192.0.2.1", &in.sin_addr);
	inet_pton(AF_INET6, "2001:db8::1", &in6.sin6_addr);
	assert_true(ip_from_sockaddr((struct sockaddr *)&in, &ip, &port));
	assert_true(ip_parse(STR("192.0.2.1"), &want));
	assert_true(ip_eq(&ip, &want));
	assert_int_equal(port, 5514);
	assert_true(ip_from_sockaddr((struct sockaddr *)&in6, &ip, NULL));
	assert_true(ip_parse(STR("2001:db8::1"), &want));
	assert_true(ip_eq(&ip, &want));
	/* A dual-stack socket gives IPv4 mapped: the same address. */
	inet_pton(AF_INET6, "::ffff:192.0.2.1", &in6.sin6_addr);
	assert_true(ip_from_sockaddr((struct sockaddr *)&in6, &ip, &port));
	assert_true(ip_is_v4(&ip));
	assert_int_equal(port, 601);
	assert_false(ip_from_sockaddr((struct sockaddr *)&un, &ip, &port));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_parse),
	    cmocka_unit_test(test_nets),
	    cmocka_unit_test(test_sockaddr),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
