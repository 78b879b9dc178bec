/*
 * `vigie play FILE`: sends a sample day over real sockets, each member from
 * an address of its own network. A line of the file:
 *
 *   SECONDS MEMBER udp|tcp TEXT
 *
 * in the order of the seconds; {time} and {time5424} in TEXT become the
 * stamp of the moment of sending, in the member's zone or UTC. Lines that
 * begin with # are comments.
 */
#include "engine/cli/cli.h"

#include "engine/base/ip.h"
#include "engine/base/stamp.h"
#include "engine/daemon/config.h"
#include "engine/daemon/files.h"
#include "engine/member/member.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_MEMBERS 64

struct sender {
	const struct member *member;
	int udp, tcp; /* -1: not yet */
};

struct play {
	struct arena *arena;
	struct config config;
	struct members *members;
	struct sockaddr_in target;
	struct sender senders[MAX_MEMBERS];
	size_t n_senders;
	double speed;
	bool udp;
	uint64_t sent;
	struct buf line;
};

static const struct option_row options[] = {
    {"config",  'c', "FILE",   "configuration: members and where to send"	 },
    {"members", 0,   "FILE",   "table of members, in place of that"		 },
    {"to",	0,   "ADDRESS", "IPv4 address and port, default 127.0.0.1:5514"	 },
    {"udp",     0,   NULL,     "all by UDP: what a dying receiver had not read is lost with TCP"},
    {"speed",   0,   "N",	    "times as fast as the file says, default 1"	 },
};

static const struct command_help help = {
    .usage = "vigie play [-c FILE] [--to ADDRESS:PORT] [--speed N] FILE",
    .what = "Sends a sample day of syslog over real UDP and TCP sockets.",
    .example = "vigie play -c samples/vigie.yaml samples/day.log",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
};

static int64_t
now_of(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

/* An address of the member's first IPv4 network: its base and one. */
static bool
own_address(const struct member *m, struct sockaddr_in *out)
{
	for (size_t i = 0; i < m->n_networks; i++) {
		const struct ip_net *net = &m->networks[i];
		uint32_t host;

		if (!ip_is_v4(&net->ip))
			continue;
		memcpy(&host, net->ip.b + 12, 4);
		host = ntohl(host) + (net->bits < 128 ? 1 : 0);
		*out = (struct sockaddr_in){.sin_family = AF_INET,
		    .sin_addr.s_addr = htonl(host)};
		return true;
	}
	return false;
}

static int
open_socket(struct play *p, const struct member *m, int kind)
{
	struct sockaddr_in own;
	int fd = socket(AF_INET, kind | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (m != NULL && own_address(m, &own) &&
	    bind(fd, (struct sockaddr *)&own, sizeof(own)) != 0) {
		fprintf(stderr, "vigie: cannot send from the network of %.*s: "
				"%s\n",
		    STR_ARG(m->id), strerror(errno));
		close(fd);
		return -1;
	}
	if (connect(fd, (struct sockaddr *)&p->target, sizeof(p->target)) !=
	    0) {
		fprintf(stderr, "vigie: nobody takes syslog there: %s\n",
		    strerror(errno));
		close(fd);
		return -1;
	}
	return fd;
}

static struct sender *
sender_of(struct play *p, struct str id)
{
	const struct member *m = members_find(p->members, id);

	for (size_t i = 0; i < p->n_senders; i++) {
		if (p->senders[i].member == m)
			return &p->senders[i];
	}
	if (p->n_senders == MAX_MEMBERS)
		return &p->senders[0];
	p->senders[p->n_senders] = (struct sender){m, -1, -1};
	return &p->senders[p->n_senders++];
}

static void
add_stamp(struct buf *out, const struct sender *s, bool rfc5424)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	int64_t t = now_of(CLOCK_REALTIME);
	struct civil c;
	char text[STAMP_TEXT];

	if (rfc5424) {
		buf_add(out, stamp_format(t, text));
		return;
	}
	if (s->member != NULL)
		t += zone_offset(s->member->zone, t) * SECOND;
	stamp_to_civil(t, &c);
	buf_printf(out, "%.3s %2d %02d:%02d:%02d", months + 3 * (c.month - 1),
	    c.day, c.hour, c.minute, c.second);
}

static void
fill_text(struct play *p, const struct sender *s, struct str text)
{
	buf_clear(&p->line);
	while (text.n > 0) {
		if (str_has_prefix(text, STR("{time}"))) {
			add_stamp(&p->line, s, false);
			text = str_skip(text, 6);
		} else if (str_has_prefix(text, STR("{time5424}"))) {
			add_stamp(&p->line, s, true);
			text = str_skip(text, 10);
		} else {
			buf_add_char(&p->line, text.p[0]);
			text = str_skip(text, 1);
		}
	}
}

static bool
send_line(struct play *p, struct sender *s, bool tcp, struct str text)
{
	int *fd = tcp ? &s->tcp : &s->udp;

	fill_text(p, s, text);
	if (tcp)
		buf_add_char(&p->line, '\n');
	for (int tries = 0; tries < 200; tries++) {
		if (*fd < 0)
			*fd = open_socket(p, s->member,
			    tcp ? SOCK_STREAM : SOCK_DGRAM);
		if (*fd < 0)
			return false;
		if (send(*fd, p->line.p, p->line.n, MSG_NOSIGNAL) ==
		    (ssize_t)p->line.n) {
			p->sent++;
			return true;
		}
		/* The receiver was restarted: connect again and repeat. */
		close(*fd);
		*fd = -1;
		usleep(10 * 1000);
	}
	return false;
}

static void
wait_until(int64_t due)
{
	int64_t left;

	while ((left = due - now_of(CLOCK_MONOTONIC)) > 0)
		usleep((useconds_t)(left > SECOND ? SECOND : left));
}

static bool
play_line(struct play *p, struct str line, int64_t start)
{
	struct str seconds, member, transport, text;
	double at;

	if (line.n == 0 || line.p[0] == '#')
		return true;
	str_cut(line, ' ', &seconds, &text);
	str_cut(text, ' ', &member, &text);
	str_cut(text, ' ', &transport, &text);
	if (!str_to_double(seconds, &at) || text.n == 0) {
		fprintf(stderr, "vigie: no line of a sample day: %.*s\n",
		    STR_ARG(str_first(line, 60)));
		return true;
	}
	wait_until(start + (int64_t)(at / p->speed * (double)SECOND));
	return send_line(p, sender_of(p, member),
	    !p->udp && str_eq(transport, STR("tcp")), text);
}

static int
prepare(struct play *p, const char *config, const char *members,
    const char *to)
{
	struct str text = STR(""), host, port;
	struct word_table *words = word_table_new(p->arena);
	struct err err;
	uint64_t number;
	char host_text[64];

	err_init(&err, p->arena);
	if (!config_load(p->arena, config, &p->config, &err)) {
		cli_print_errors(&err, false);
		return EXIT_USAGE;
	}
	if (members == NULL)
		members = p->config.paths.members;
	if (members != NULL &&
	    !file_read(p->arena, members, "members file", &text, &err)) {
		cli_print_errors(&err, false);
		return EXIT_USAGE;
	}
	p->members = members_load(p->arena, words, str_from(members), text,
	    generation_find_zone, p->arena, &err);
	if (p->members == NULL) {
		cli_print_errors(&err, false);
		return EXIT_USAGE;
	}
	str_cut(str_from(to), ':', &host, &port);
	(void)snprintf(host_text, sizeof(host_text), "%.*s", STR_ARG(host));
	p->target.sin_family = AF_INET;
	if (inet_pton(AF_INET, host_text, &p->target.sin_addr) != 1 ||
	    !str_to_u64(port, &number) || number == 0 || number > 65535) {
		fprintf(stderr, "vigie: '%s' is no ADDRESS:PORT\n", to);
		return EXIT_USAGE;
	}
	p->target.sin_port = htons((uint16_t)number);
	return EXIT_OK;
}

static int
play_file(struct play *p, const char *path)
{
	struct str rest, line;
	int64_t start;

	if (!cli_read(p->arena, path, &rest))
		return EXIT_USAGE;
	start = now_of(CLOCK_MONOTONIC);
	while (str_next_line(&rest, &line)) {
		if (!play_line(p, line, start))
			return EXIT_NO_ANSWER;
	}
	fprintf(stderr, "vigie: the sample day is over: %llu messages sent\n",
	    (unsigned long long)p->sent);
	return EXIT_OK;
}

int
cmd_play(int argc, char **argv)
{
	struct play *p = mem_get_zero(1, sizeof(*p));
	const char *config = NULL, *members = NULL, *to = "127.0.0.1:5514";
	const char *arg;
	int at = 1, o, code;

	p->speed = 1;
	while ((o = cli_option(&help, argc, argv, &at, &arg)) >= 0) {
		if (o == 0)
			config = arg;
		else if (o == 1)
			members = arg;
		else if (o == 2)
			to = arg;
		else if (o == 3)
			p->udp = true;
		else if (o == 4 && (!str_to_double(str_from(arg), &p->speed) ||
		    p->speed <= 0))
			o = CLI_WRONG;
	}
	if (o == CLI_HELP || o == CLI_WRONG || at + 1 != argc) {
		free(p);
		if (o == CLI_END)
			fprintf(stderr, "Usage: %s\n", help.usage);
		return o == CLI_HELP ? EXIT_OK : EXIT_USAGE;
	}
	signal(SIGPIPE, SIG_IGN);
	p->arena = arena_new(0);
	buf_init(&p->line, (size_t)128 * 1024);
	code = prepare(p, config, members, to);
	if (code == EXIT_OK)
		code = play_file(p, argv[at]);
	buf_fini(&p->line);
	arena_free(p->arena);
	free(p);
	return code;
}
