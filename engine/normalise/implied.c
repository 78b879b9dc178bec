/*
 * Fields that others imply, set where no pack has: rules and people ask for
 * either, and not every product writes both. As Elastic's integrations fill
 * them.
 */
#include "engine/base/stamp.h"
#include "engine/normalise/work.h"

/* Of the registry of protocol numbers of IANA. */
static const struct {
	struct str transport, number;
} protocols[] = {{STR_INIT("tcp"), STR_INIT("6")},
    {STR_INIT("udp"), STR_INIT("17")}, {STR_INIT("icmp"), STR_INIT("1")},
    {STR_INIT("igmp"), STR_INIT("2")}, {STR_INIT("gre"), STR_INIT("47")},
    {STR_INIT("esp"), STR_INIT("50")}, {STR_INIT("ah"), STR_INIT("51")},
    {STR_INIT("ipv6-icmp"), STR_INIT("58")},
    {STR_INIT("icmp6"), STR_INIT("58")}, {STR_INIT("eigrp"), STR_INIT("88")},
    {STR_INIT("ospf"), STR_INIT("89")}, {STR_INIT("pim"), STR_INIT("103")},
    {STR_INIT("vrrp"), STR_INIT("112")}, {STR_INIT("sctp"), STR_INIT("132")}};

static void
put_number_of_transport(struct event *ev)
{
	struct str transport = event_get(ev, FIELD_NETWORK_TRANSPORT);

	if (transport.n == 0 || event_has(ev, FIELD_NETWORK_IANA_NUMBER))
		return;
	for (size_t i = 0; i < sizeof(protocols) / sizeof(*protocols); i++) {
		if (!str_eq(protocols[i].transport, transport))
			continue;
		event_put(ev, FIELD_NETWORK_IANA_NUMBER, protocols[i].number,
		    VALUE_TEXT);
		return;
	}
}

/* Of traffic, not of every log-in that has an address. */
static void
put_type(struct event *ev)
{
	struct str ip = event_get(ev, FIELD_SOURCE_IP);

	if (event_has(ev, FIELD_NETWORK_TYPE) ||
	    (!event_has(ev, FIELD_NETWORK_TRANSPORT) &&
		!(ip.n > 0 && event_has(ev, FIELD_DESTINATION_IP))))
		return;
	if (ip.n == 0)
		ip = event_get(ev, FIELD_DESTINATION_IP);
	if (ip.n > 0)
		event_put(ev, FIELD_NETWORK_TYPE,
		    str_find_char(ip, ':') == SIZE_MAX ? STR("ipv4")
						       : STR("ipv6"),
		    VALUE_TEXT);
}

static void
put_sum(struct event *ev, field_id sum, field_id one, field_id other)
{
	uint64_t a, b;

	if (event_has(ev, one) && event_has(ev, other) && !event_has(ev, sum) &&
	    str_to_u64(event_get(ev, one), &a) &&
	    str_to_u64(event_get(ev, other), &b) && a <= INT64_MAX &&
	    b <= INT64_MAX)
		event_put_u64(ev, sum, a + b);
}

static void
put_duration(struct event *ev)
{
	int64_t start, end;

	if (stamp_parse(event_get(ev, FIELD_EVENT_START), &start) &&
	    stamp_parse(event_get(ev, FIELD_EVENT_END), &end) && end >= start)
		event_put_u64(ev, FIELD_EVENT_DURATION,
		    (uint64_t)(end - start) * 1000);
}

/* The end by the beginning and the duration, or the other way round. */
static void
put_other_end(struct event *ev, bool starts)
{
	char text[STAMP_TEXT];
	uint64_t duration;
	int64_t at;

	if (!str_to_u64(event_get(ev, FIELD_EVENT_DURATION), &duration) ||
	    duration > INT64_MAX ||
	    !stamp_parse(event_get(ev, starts ? FIELD_EVENT_START
					      : FIELD_EVENT_END), &at))
		return;
	duration /= 1000; /* microseconds */
	at = starts ? at + (int64_t)duration : at - (int64_t)duration;
	event_put(ev, starts ? FIELD_EVENT_END : FIELD_EVENT_START,
	    arena_dup(ev->scratch, stamp_format(at, text)), VALUE_TEXT);
}

/* Of beginning, end and duration the third. */
static void
put_times(struct event *ev)
{
	bool starts = event_has(ev, FIELD_EVENT_START);
	bool ends = event_has(ev, FIELD_EVENT_END);
	bool lasts = event_has(ev, FIELD_EVENT_DURATION);

	if (starts && ends && !lasts)
		put_duration(ev);
	else if (starts != ends && lasts)
		put_other_end(ev, starts);
}

void
implied_fields(struct event *ev)
{
	put_number_of_transport(ev);
	put_type(ev);
	put_sum(ev, FIELD_NETWORK_BYTES, FIELD_SOURCE_BYTES,
	    FIELD_DESTINATION_BYTES);
	put_sum(ev, FIELD_NETWORK_PACKETS, FIELD_SOURCE_PACKETS,
	    FIELD_DESTINATION_PACKETS);
	put_times(ev);
}
