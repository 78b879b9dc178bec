/*
 * The Reference Security Incident Taxonomy, version 1003: class:type. Rules
 * of others carry ATT&CK tags instead; from these a type is guessed, which is
 * marked as a guess wherever it is shown.
 */
#include "engine/sigma/loader.h"

static const struct str types[] = {
    STR_INIT("abusive-content:spam"),
    STR_INIT("abusive-content:harmful-speech"),
    STR_INIT("abusive-content:violence"),
    STR_INIT("malicious-code:infected-system"),
    STR_INIT("malicious-code:c2-server"),
    STR_INIT("malicious-code:malware-distribution"),
    STR_INIT("malicious-code:malware-configuration"),
    STR_INIT("information-gathering:scanner"),
    STR_INIT("information-gathering:sniffing"),
    STR_INIT("information-gathering:social-engineering"),
    STR_INIT("intrusion-attempts:ids-alert"),
    STR_INIT("intrusion-attempts:brute-force"),
    STR_INIT("intrusion-attempts:exploit"),
    STR_INIT("intrusions:privileged-account-compromise"),
    STR_INIT("intrusions:unprivileged-account-compromise"),
    STR_INIT("intrusions:application-compromise"),
    STR_INIT("intrusions:system-compromise"),
    STR_INIT("intrusions:burglary"),
    STR_INIT("availability:dos"),
    STR_INIT("availability:ddos"),
    STR_INIT("availability:misconfiguration"),
    STR_INIT("availability:sabotage"),
    STR_INIT("availability:outage"),
    STR_INIT("information-content-security:unauthorised-information-access"),
    STR_INIT(
        "information-content-security:unauthorised-information-modification"),
    STR_INIT("information-content-security:data-loss"),
    STR_INIT("information-content-security:data-leak"),
    STR_INIT("fraud:unauthorised-use-of-resources"),
    STR_INIT("fraud:copyright"),
    STR_INIT("fraud:masquerade"),
    STR_INIT("fraud:phishing"),
    STR_INIT("vulnerable:weak-crypto"),
    STR_INIT("vulnerable:ddos-amplifier"),
    STR_INIT("vulnerable:potentially-unwanted-accessible"),
    STR_INIT("vulnerable:information-disclosure"),
    STR_INIT("vulnerable:vulnerable-system"),
    STR_INIT("other:other"),
    STR_INIT("other:undetermined"),
    STR_INIT("test:test"),
};

#define N_TYPES (sizeof(types) / sizeof(types[0]))

bool
rsit_check(struct loader *l, struct str rsit, struct place at)
{
	struct str type = rsit;

	for (size_t i = 0; i < N_TYPES; i++) {
		if (str_eq(rsit, types[i]))
			return true;
	}
	err_add(l->err, at, "rsit",
	    "'%.*s' is no RSIT type, expected class:type such as "
	    "intrusion-attempts:brute-force",
	    STR_ARG(rsit));
	str_cut(rsit, ':', &rsit, &type);
	/* The type alone, or under another class. */
	for (size_t i = 0; i < N_TYPES; i++) {
		struct str class, known;

		str_cut(types[i], ':', &class, &known);
		if (str_eq(known, type.n > 0 ? type : rsit)) {
			err_hint(
			    l->err, "did you mean '%.*s'?", STR_ARG(types[i]));
			return false;
		}
	}
	if (type.n > 0)
		rsit.n += 1 + type.n;
	err_did_you_mean(l->err, rsit, types, N_TYPES);
	return false;
}

/*
 * Techniques before tactics, what tells more before what tells less. The
 * second column is for levels below high: the same behaviour is then more
 * often an attempt, or nothing, than a success.
 */
#define ACCESS "information-content-security:unauthorised-information-access"
#define CHANGE                                                                 \
	"information-content-security:unauthorised-information-modification"
#define LEAK        "information-content-security:data-leak"
#define SABOTAGE    "availability:sabotage"
#define SCANNER     "information-gathering:scanner"
#define ATTEMPT     "intrusion-attempts:ids-alert"
#define EXPLOIT     "intrusion-attempts:exploit"
#define SYSTEM      "intrusions:system-compromise"
#define PRIVILEGED  "intrusions:privileged-account-compromise"
#define INFECTED    "malicious-code:infected-system"
#define BRUTE_FORCE "intrusion-attempts:brute-force"
#define APPLICATION "intrusions:application-compromise"
#define MISUSE      "fraud:unauthorised-use-of-resources"
#define MALWARE     "malicious-code:malware-distribution"
#define SNIFFING    "information-gathering:sniffing"
#define UNKNOWN     "other:undetermined"

static const struct guess {
	const char *tag; /* a technique stands for its parts too, t1110.001 */
	const char *high;
	const char *low; /* NULL: the same */
} guesses[] = {
    {"attack.t1486",                CHANGE,              NULL   },
    {"attack.t1485",                SABOTAGE,            NULL   },
    {"attack.t1490",                SABOTAGE,            NULL   },
    {"attack.t1498",                "availability:ddos", NULL   },
    {"attack.t1499",                "availability:dos",  NULL   },
    {"attack.t1110",                BRUTE_FORCE,         NULL   },
    {"attack.t1566",                "fraud:phishing",    NULL   },
    {"attack.t1190",                EXPLOIT,             NULL   },
    {"attack.t1505",                APPLICATION,         ATTEMPT},
    {"attack.t1595",                SCANNER,             NULL   },
    {"attack.t1046",                SCANNER,             NULL   },
    {"attack.t1040",                SNIFFING,            NULL   },
    {"attack.t1496",                MISUSE,              NULL   },
    {"attack.exfiltration",         LEAK,                NULL   },
    {"attack.impact",               SABOTAGE,            NULL   },
    {"attack.credential-access",    PRIVILEGED,          ATTEMPT},
    {"attack.lateral-movement",     SYSTEM,              ATTEMPT},
    {"attack.command-and-control",  INFECTED,            NULL   },
    {"attack.privilege-escalation", PRIVILEGED,          ATTEMPT},
    {"attack.persistence",          SYSTEM,              ATTEMPT},
    {"attack.execution",            INFECTED,            ATTEMPT},
    {"attack.stealth",              SYSTEM,              ATTEMPT},
    {"attack.defense-impairment",   SYSTEM,              ATTEMPT},
    {"attack.defense-evasion",      SYSTEM,              ATTEMPT},
    {"attack.initial-access",       EXPLOIT,             ATTEMPT},
    {"attack.collection",           ACCESS,              ATTEMPT},
    {"attack.discovery",            SCANNER,             NULL   },
    {"attack.reconnaissance",       SCANNER,             NULL   },
    {"attack.resource-development", MALWARE,             UNKNOWN},
};

/* "attack.t1110" is in "attack.T1110.001"; old tags write `_` for `-`. */
static bool
tag_is(struct str tag, struct str wanted)
{
	if (tag.n < wanted.n || (tag.n > wanted.n && tag.p[wanted.n] != '.'))
		return false;
	for (size_t i = 0; i < wanted.n; i++) {
		char c = char_lower(tag.p[i]);

		if (c != wanted.p[i] && !(c == '_' && wanted.p[i] == '-'))
			return false;
	}
	return true;
}

struct str
rsit_guess(const struct sigma_meta *meta)
{
	bool high = meta->level >= SIGMA_LEVEL_HIGH;

	for (size_t i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++) {
		for (size_t j = 0; j < meta->n_tags; j++) {
			const struct guess *g = &guesses[i];

			if (!tag_is(meta->tags[j], str_from(g->tag)))
				continue;
			return str_from(
			    high || g->low == NULL ? g->high : g->low);
		}
	}
	return meta->level >= SIGMA_LEVEL_MEDIUM
	           ? STR("intrusion-attempts:ids-alert")
	           : STR(UNKNOWN);
}
