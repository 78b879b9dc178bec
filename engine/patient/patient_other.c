/*
 * Labels that say whose a number is without the word patient, told by four of
 * their letters (signs.c), which may stand inside of them.
 */
#include "engine/patient/patient_other.h"

#include "engine/patient/patient_value.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum other_part {
	OTHER_BIRTH,	 /* a date behind it */
	OTHER_NUMBER,	 /* of insurance or nation */
	OTHER_PERSON,	 /* of persons, but also of staff: by its value */
	OTHER_STAY,	 /* of a case or stay */
	OTHER_LONG,	 /* of a hospital, insurance or nation: six digits or more */
};

/* What has to stand beside the word. */
enum other_need {
	NEED_NONE,
	NEED_NUMBER, /* a word for one behind it */
	NEED_BESIDE, /* or before it */
};

struct other {
	char at; /* the first of the four letters, small */
	struct str text;
	size_t back; /* bytes of it before the four letters */
	enum other_part part;
	enum other_need need;
};

/* By `at`; those that begin alike: the longer first. A blank is one of _ - .
 * and blank, or nothing. */
static const struct other others[] = {
    {'a',    STR_INIT("aufnahme"),              0, OTHER_STAY,   NEED_NUMBER},
    {'b',    STR_INIT("birth date"),            0, OTHER_BIRTH,  NEED_NONE  },
    {'b',    STR_INIT("birth day"),             0, OTHER_BIRTH,  NEED_NONE  },
    {'b',    STR_INIT("birth time"),            0, OTHER_BIRTH,  NEED_NONE  },
    {'b',    STR_INIT("birth"),                 0, OTHER_BIRTH,  NEED_NONE  },
    {'d',    STR_INIT("dob"),                   0, OTHER_BIRTH,  NEED_NONE  },
    {'e',    STR_INIT("sejour"),                1, OTHER_STAY,   NEED_BESIDE},
    {'f',    STR_INIT("fall"),                  0, OTHER_STAY,   NEED_NUMBER},
    {'f',    STR_INIT("falnr"),                 0, OTHER_STAY,   NEED_NONE  },
    {'g',    STR_INIT("geboren am"),            0, OTHER_BIRTH,  NEED_NONE  },
    {'g',    STR_INIT("geboren"),               0, OTHER_BIRTH,  NEED_NONE  },
    {'g',    STR_INIT("gebuer den"),            0, OTHER_BIRTH,  NEED_NONE  },
    {'g',    STR_INIT("geburts datum"),         0, OTHER_BIRTH,  NEED_NONE  },
    {'g',    STR_INIT("geburts tag"),           0, OTHER_BIRTH,  NEED_NONE  },
    {'g',    STR_INIT("gebuerts datum"),        0, OTHER_BIRTH,  NEED_NONE  },
    {'g',    STR_INIT("geboorte datum"),        0, OTHER_BIRTH,  NEED_NONE  },
    {'g',    STR_INIT("geb datum"),             0, OTHER_BIRTH,  NEED_NONE  },
    {'g',    STR_INIT("geb dat"),               0, OTHER_BIRTH,  NEED_NONE  },
    {'g',    STR_INIT("geb. am"),               0, OTHER_BIRTH,  NEED_NONE  },
    {'g',    STR_INIT("geb."),                  0, OTHER_BIRTH,  NEED_NONE  },
    {'i',    STR_INIT("ipp"),                   0, OTHER_LONG,   NEED_NONE  },
    {'k',    STR_INIT("kvnr"),                  0, OTHER_NUMBER, NEED_NONE  },
    {'m',    STR_INIT("mpi"),                   0, OTHER_LONG,   NEED_NONE  },
    {'m',    STR_INIT("empi"),                  1, OTHER_LONG,   NEED_NONE  },
    {'n',    STR_INIT("naissance"),             0, OTHER_BIRTH,  NEED_NONE  },
    {'n',    STR_INIT("n\xc3\xa9(e) le"),       0, OTHER_BIRTH,  NEED_NONE  },
    {'n',    STR_INIT("n\xc3\xa9" "e le"),      0, OTHER_BIRTH,  NEED_NONE  },
    {'n',    STR_INIT("n\xc3\xa9 le"),          0, OTHER_BIRTH,  NEED_NONE  },
    {'n',    STR_INIT("nip"),                   0, OTHER_LONG,   NEED_NONE  },
    {'n',    STR_INIT("niss"),                  0, OTHER_LONG,   NEED_NONE  },
    {'n',    STR_INIT("nir"),                   0, OTHER_LONG,   NEED_NONE  },
    {'n',    STR_INIT("encounter"),             1, OTHER_STAY,   NEED_NUMBER},
    {'o',    STR_INIT("national"),              4, OTHER_NUMBER, NEED_BESIDE},
    {'r',    STR_INIT("matricule"),             3, OTHER_PERSON, NEED_NONE  },
    {'s',    STR_INIT("svnr"),                  0, OTHER_NUMBER, NEED_NONE  },
    {'s',    STR_INIT("versicherungs"),         3, OTHER_NUMBER, NEED_NUMBER},
    {'s',    STR_INIT("versicherten"),          3, OTHER_NUMBER, NEED_NUMBER},
    {'s',    STR_INIT("versicherter"),          3, OTHER_NUMBER, NEED_NUMBER},
    {'s',    STR_INIT("versicherte"),           3, OTHER_NUMBER, NEED_NUMBER},
    {'s',    STR_INIT("curit\xc3\xa9 sociale"), 8, OTHER_NUMBER, NEED_NONE  },
    {'s',    STR_INIT("curite sociale"),        7, OTHER_NUMBER, NEED_NONE  },
    {'s',    STR_INIT("social security"),       0, OTHER_NUMBER, NEED_NUMBER},
    {'s',    STR_INIT("dossier"),               2, OTHER_NUMBER, NEED_BESIDE},
    {'s',    STR_INIT("ssn"),                   0, OTHER_LONG,   NEED_NONE  },
    {'\xa9', STR_INIT("s\xc3\xa9jour"),         2, OTHER_STAY,   NEED_BESIDE},
};

/* "numéro de séjour", "N° dossier", id_sejour: the word that ends at i. */
static bool
is_behind_number(struct str s, size_t i)
{
	static const struct str words[] = {STR_INIT("numero"),
	    STR_INIT("num\xc3\xa9ro"), STR_INIT("num"), STR_INIT("n\xc2\xb0"),
	    STR_INIT("no"), STR_INIT("nr"), STR_INIT("id")};
	static const struct str joins[] = {
	    STR_INIT(" de "), STR_INIT("_de_"), STR_INIT(" du ")};
	struct str before = str_first(s, i);

	for (size_t k = 0; k < COUNT(joins); k++) {
		if (str_has_suffix(before, joins[k]))
			before = str_first(before, i - joins[k].n + 1);
	}
	if (before.n > 0 && (before.p[before.n - 1] == ' ' ||
		before.p[before.n - 1] == '_' || before.p[before.n - 1] == '.'))
		before = str_first(before, before.n - 1);
	for (size_t k = 0; k < COUNT(words); k++) {
		size_t n = words[k].n;

		if (before.n >= n &&
		    str_has_prefix_nocase(
			str_skip(before, before.n - n), words[k]) &&
		    (before.n == n ||
			!patient_is_letter(before.p[before.n - n - 1])))
			return true;
	}
	return false;
}

static bool
begins(struct str s, size_t i, const struct other *o)
{
	/* "Krankenversichertennummer", "sécurité". */
	return o->back >= 3 ? !(o->part == OTHER_NUMBER &&
				  o->text.p[0] == 'n' && i > 0 &&
				  patient_is_letter(s.p[i - 1]))
			    : patient_label_begins(s, i);
}

/* /encounters/4711, Encounter/4711 */
static bool
is_path(struct str s, const struct other *o, size_t end,
    struct patient_label *out)
{
	if (o->part != OTHER_STAY || char_lower(o->text.p[0]) != 'e')
		return false;
	out->many = char_lower(patient_byte(s, end)) == 's';
	end += out->many;
	if (patient_byte(s, end) != '/' &&
	    !str_has_prefix_nocase(str_skip(s, end), STR("%2f")))
		return false;
	out->end = end;
	out->bare = true;
	return true;
}

static bool
read_other(struct str s, size_t i, const struct other *o,
    struct patient_label *out)
{
	bool number;
	size_t end;

	if (i < o->back)
		return false;
	i -= o->back;
	end = patient_label_match(s, i, o->text);
	if (end == 0 || !begins(s, i, o))
		return false;
	*out = (struct patient_label){.end = end, .part = PATIENT_NUMBER,
	    .encounter = o->part == OTHER_STAY,
	    .matricule = o->part == OTHER_PERSON,
	    .is_long = o->part == OTHER_LONG};
	if (o->part == OTHER_BIRTH) {
		out->part = PATIENT_NAME;
		out->date = true;
		out->time = str_has_suffix(o->text, STR("time"));
	}
	if (o->part == OTHER_LONG)
		(void)patient_label_number_word(s, end, &out->end);
	if (is_path(s, o, end, out))
		return true;
	if (o->need != NEED_NONE) {
		number = patient_label_number_word(s, end, &out->end);
		if (!number && (o->need == NEED_NUMBER ||
			!is_behind_number(s, i)))
			return false;
	}
	return patient_label_ends(s, out->end) ||
	    o->text.p[o->text.n - 1] == '.';
}

/* The first of those whose four letters begin with c. */
static size_t
first_of(char c)
{
	size_t low = 0, high = COUNT(others);

	while (low < high) {
		size_t middle = (low + high) / 2;

		if ((unsigned char)others[middle].at < (unsigned char)c)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
patient_other_read(struct str s, size_t i, struct patient_label *out)
{
	char c = char_lower(s.p[i]);

	for (size_t k = first_of(c); k < COUNT(others) && others[k].at == c;
	     k++) {
		if (read_other(s, i, &others[k], out))
			return true;
	}
	return false;
}
