#include "engine/patient/patient_label.h"

#include "engine/patient/json_cut.h"
#include "engine/patient/patient_other.h"
#include "engine/patient/signs.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* In alphabetical order. A blank stands for one of _ - . and blank, or for
 * nothing. */
struct word {
	struct str text;
	enum patient_part part;
};

static const struct word words[] = {
    {STR_INIT("account no"),            PATIENT_NUMBER},
    {STR_INIT("account number"),        PATIENT_NUMBER},
    {STR_INIT("address"),               PATIENT_NAME},
    {STR_INIT("adresse"),               PATIENT_NAME},
    {STR_INIT("alias"),                 PATIENT_NAME},
    {STR_INIT("birth date"),            PATIENT_NAME},
    {STR_INIT("birth day"),             PATIENT_NAME},
    {STR_INIT("birth name"),            PATIENT_NAME},
    {STR_INIT("birth time"),            PATIENT_NAME},
    {STR_INIT("chart no"),              PATIENT_NUMBER},
    {STR_INIT("chart number"),          PATIENT_NUMBER},
    {STR_INIT("city"),                  PATIENT_NAME},
    {STR_INIT("comment"),               PATIENT_NAME},
    {STR_INIT("comments"),              PATIENT_NAME},
    {STR_INIT("contact"),               PATIENT_NAME},
    {STR_INIT("context"),               PATIENT_GROUP},
    {STR_INIT("data"),                  PATIENT_GROUP},
    {STR_INIT("date de naissance"),     PATIENT_NAME},
    {STR_INIT("date naissance"),        PATIENT_NAME},
    {STR_INIT("date of birth"),         PATIENT_NAME},
    {STR_INIT("demographics"),          PATIENT_GROUP},
    {STR_INIT("details"),               PATIENT_GROUP},
    {STR_INIT("display"),               PATIENT_NAME},
    {STR_INIT("display name"),          PATIENT_NAME},
    {STR_INIT("dob"),                   PATIENT_NAME},
    {STR_INIT("dto"),                   PATIENT_GROUP},
    {STR_INIT("e mail"),                PATIENT_NAME},
    {STR_INIT("email"),                 PATIENT_NAME},
    {STR_INIT("entity"),                PATIENT_GROUP},
    {STR_INIT("family"),                PATIENT_NAME},
    {STR_INIT("family name"),           PATIENT_NAME},
    {STR_INIT("first"),                 PATIENT_NAME},
    {STR_INIT("first name"),            PATIENT_NAME},
    {STR_INIT("fname"),                 PATIENT_NAME},
    {STR_INIT("full name"),             PATIENT_NAME},
    {STR_INIT("geb dat"),               PATIENT_NAME},
    {STR_INIT("geb datum"),             PATIENT_NAME},
    {STR_INIT("gebuerts datum"),        PATIENT_NAME},
    {STR_INIT("geburts datum"),         PATIENT_NAME},
    {STR_INIT("geburts name"),          PATIENT_NAME},
    {STR_INIT("geburts tag"),           PATIENT_NAME},
    {STR_INIT("given"),                 PATIENT_NAME},
    {STR_INIT("given name"),            PATIENT_NAME},
    {STR_INIT("guid"),                  PATIENT_NUMBER},
    {STR_INIT("id"),                    PATIENT_NUMBER},
    {STR_INIT("id nr"),                 PATIENT_NUMBER},
    {STR_INIT("id number"),             PATIENT_NUMBER},
    {STR_INIT("identifiant"),           PATIENT_NUMBER},
    {STR_INIT("identification"),        PATIENT_NUMBER},
    {STR_INIT("identifier"),            PATIENT_NUMBER},
    {STR_INIT("identifier list"),       PATIENT_GROUP},
    {STR_INIT("identifiers"),           PATIENT_NUMBER},
    {STR_INIT("identity"),              PATIENT_GROUP},
    {STR_INIT("ids"),                   PATIENT_NUMBER},
    {STR_INIT("info"),                  PATIENT_GROUP},
    {STR_INIT("initials"),              PATIENT_NAME},
    {STR_INIT("key"),                   PATIENT_NUMBER},
    {STR_INIT("last"),                  PATIENT_NAME},
    {STR_INIT("last name"),             PATIENT_NAME},
    {STR_INIT("list"),                  PATIENT_GROUP},
    {STR_INIT("lname"),                 PATIENT_NAME},
    {STR_INIT("mail"),                  PATIENT_NAME},
    {STR_INIT("matricule"),             PATIENT_NUMBER},
    {STR_INIT("medical record number"), PATIENT_NUMBER},
    {STR_INIT("middle name"),           PATIENT_NAME},
    {STR_INIT("mobile"),                PATIENT_NAME},
    {STR_INIT("model"),                 PATIENT_GROUP},
    {STR_INIT("mother birth name"),     PATIENT_NAME},
    {STR_INIT("mother maiden name"),    PATIENT_NAME},
    {STR_INIT("mothers maiden name"),   PATIENT_NAME},
    {STR_INIT("mrn"),                   PATIENT_NUMBER},
    {STR_INIT("mrns"),                  PATIENT_NUMBER},
    {STR_INIT("nach name"),             PATIENT_NAME},
    {STR_INIT("naissance"),             PATIENT_NAME},
    {STR_INIT("name"),                  PATIENT_NAME},
    {STR_INIT("name family"),           PATIENT_NAME},
    {STR_INIT("name given"),            PATIENT_NAME},
    {STR_INIT("names"),                 PATIENT_NAME},
    {STR_INIT("next of kin"),           PATIENT_NAME},
    {STR_INIT("nid"),                   PATIENT_NUMBER},
    {STR_INIT("no"),                    PATIENT_NUMBER},
    {STR_INIT("nom"),                   PATIENT_NAME},
    {STR_INIT("nom naissance"),         PATIENT_NAME},
    {STR_INIT("notes"),                 PATIENT_NAME},
    {STR_INIT("nr"),                    PATIENT_NUMBER},
    {STR_INIT("num"),                   PATIENT_NUMBER},
    {STR_INIT("number"),                PATIENT_NUMBER},
    {STR_INIT("numbers"),               PATIENT_NUMBER},
    {STR_INIT("numero"),                PATIENT_NUMBER},
    {STR_INIT("nummer"),                PATIENT_NUMBER},
    {STR_INIT("num\xc3\xa9ro"),         PATIENT_NUMBER},
    {STR_INIT("object"),                PATIENT_GROUP},
    {STR_INIT("phone"),                 PATIENT_NAME},
    {STR_INIT("phone number"),          PATIENT_NAME},
    {STR_INIT("phone numbers"),         PATIENT_NAME},
    {STR_INIT("pk"),                    PATIENT_NUMBER},
    {STR_INIT("prenom"),                PATIENT_NAME},
    {STR_INIT("pr\xc3\xa9nom"),         PATIENT_NAME},
    {STR_INIT("record"),                PATIENT_GROUP},
    {STR_INIT("record no"),             PATIENT_NUMBER},
    {STR_INIT("record number"),         PATIENT_NUMBER},
    {STR_INIT("ref"),                   PATIENT_NUMBER},
    {STR_INIT("reference"),             PATIENT_NUMBER},
    {STR_INIT("religious preference"),  PATIENT_NAME},
    {STR_INIT("resource"),              PATIENT_GROUP},
    {STR_INIT("role"),                  PATIENT_GROUP},
    {STR_INIT("spouse"),                PATIENT_NAME},
    {STR_INIT("ssn"),                   PATIENT_NUMBER},
    {STR_INIT("street"),                PATIENT_NAME},
    {STR_INIT("summary"),               PATIENT_GROUP},
    {STR_INIT("sur name"),              PATIENT_NAME},
    {STR_INIT("tel"),                   PATIENT_NAME},
    {STR_INIT("telephone"),             PATIENT_NAME},
    {STR_INIT("telephone number"),      PATIENT_NAME},
    {STR_INIT("telephone numbers"),     PATIENT_NAME},
    {STR_INIT("uid"),                   PATIENT_NUMBER},
    {STR_INIT("uuid"),                  PATIENT_NUMBER},
    {STR_INIT("vo"),                    PATIENT_GROUP},
    {STR_INIT("vor name"),              PATIENT_NAME},
    {STR_INIT("zip"),                   PATIENT_NAME},
};

/* "pat" is the beginning of too much to have all of them. */
static const struct word short_words[] = {
    {STR_INIT("birth date"), PATIENT_NAME},
    {STR_INIT("first name"), PATIENT_NAME},
    {STR_INIT("id"),     PATIENT_NUMBER},
    {STR_INIT("last name"), PATIENT_NAME},
    {STR_INIT("name"),   PATIENT_NAME  },
    {STR_INIT("no"),     PATIENT_NUMBER},
    {STR_INIT("nr"),     PATIENT_NUMBER},
    {STR_INIT("num"),    PATIENT_NUMBER},
    {STR_INIT("number"), PATIENT_NUMBER},
    {STR_INIT("nummer"), PATIENT_NUMBER},
};

static bool
is_joint(char c)
{
	return c == '_' || c == '-' || c == '.' || c == ' ';
}

/* How long the joint at i is, also as URLs and programs write it: patient[id],
 * patient%5Fid, patient->id. */
static size_t
joint_length(struct str s, size_t i)
{
	char c = patient_byte(s, i), next = patient_byte(s, i + 1);
	char third = (char)(patient_byte(s, i + 2) | 0x20);

	if (c == '-' && next == '>')
		return 2;
	if (is_joint(c))
		return 1;
	if (c == '[')
		return next == '\'' || next == '"' ? 2 : 1;
	if (c == ':' && patient_is_letter(next))
		return 1;
	if (c == '%')
		return (next == '5' && (third == 'f' || third == 'b')) ||
			(next == '2' && (third == '0' || third == 'd' ||
			    third == 'e'))
		    ? 3 : 0;
	return 0;
}

/* Behind the word that stands at i, or 0. */
size_t
patient_label_match(struct str s, size_t i, struct str word)
{
	for (size_t k = 0; k < word.n; k++) {
		if (word.p[k] == ' ') {
			i += joint_length(s, i);
			continue;
		}
		if (i >= s.n || char_lower(s.p[i]) != word.p[k])
			return 0;
		i++;
	}
	return i;
}

/* No more of the same name: "patientIdType" is no id. */
bool
patient_label_ends(struct str s, size_t i)
{
	char c = patient_byte(s, i), next = patient_byte(s, i + 1);

	if (patient_is_letter(c) || c == '_')
		return false;
	return (c != '-' && c != '.') ||
	    !(patient_is_letter(next) || next == '_');
}

/* Behind the last of the list that begins with this letter. */
static size_t
behind_letter(const struct word *list, size_t n, char letter)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (list[middle].text.p[0] <= letter)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The longest; of two that begin alike it is the one behind. */
static bool
read_word(struct str s, size_t i, const struct word *list, size_t n,
    struct patient_label *out)
{
	char first = char_lower(patient_byte(s, i)), next;
	char second = char_lower(patient_byte(s, i + 1));
	size_t k = char_is_alpha(first) ? behind_letter(list, n, first) : 0;

	while (k-- > 0 && list[k].text.p[0] == first) {
		size_t end;

		if (list[k].text.p[1] != second && list[k].text.p[1] != ' ')
			continue;
		end = patient_label_match(s, i, list[k].text);
		if (end == 0)
			continue;
		next = patient_byte(s, end + 1);
		if (patient_byte(s, end) == '.' && !char_is_digit(next) &&
		    !patient_is_letter(next))
			end++; /* "Nr." */
		while (char_is_digit(patient_byte(s, end)))
			end++; /* "patientName1" */
		if (!patient_label_ends(s, end))
			continue;
		*out = (struct patient_label){.end = end,
		    .part = list[k].part == PATIENT_GROUP ? PATIENT_NUMBER
							   : list[k].part,
		    .many = list[k].part == PATIENT_NUMBER &&
			list[k].text.p[list[k].text.n - 1] == 's',
		    .group = list[k].part == PATIENT_GROUP};
		return true;
	}
	return false;
}

/* "role=patient id=5" and <patient id="5"> say the one and the other. */
static bool
is_alone(struct str s, size_t i)
{
	static const struct str label = STR_INIT("Label=");

	return i > 0 && (s.p[i - 1] == '<' ||
	    (s.p[i - 1] == '=' && !str_has_suffix(str_first(s, i), label)));
}

/* "patient", as it is bent and joined in three languages. */
static bool
read_patient(struct str s, size_t i, struct patient_label *out)
{
	static const struct str endings[] = {STR_INIT(""), STR_INIT("s"),
	    STR_INIT("en"), STR_INIT("in"), STR_INIT("'s"), STR_INIT("innen")};
	size_t stem = patient_label_match(s, i, STR("patient"));
	char next = char_lower(patient_byte(s, stem));

	if (stem == 0)
		return false;
	for (size_t k = 0; k < COUNT(endings); k++) {
		size_t end = stem + endings[k].n, joint;

		if (k > 0 && (next != endings[k].p[0] ||
				 patient_label_match(s, stem, endings[k]) == 0))
			continue;
		joint = joint_length(s, end);
		if (patient_byte(s, end) == ' ' && is_alone(s, i))
			break;
		if (read_word(s, end, words, COUNT(words), out))
			return true;
		if (joint == 0 ||
		    !read_word(s, end + joint, words, COUNT(words), out))
			continue;
		/* patient[id], but not Patient[id=4711, ...]. */
		if (s.p[end] != '[' ||
		    strchr("]'\"", patient_byte(s, out->end)) != NULL)
			return true;
	}
	out->many = next == 's';
	stem += out->many;
	if (next != 'e' && next != 'i') {
		;
	} else if (patient_label_match(s, stem, STR("en")) != 0) {
		stem += 2;
		out->many =
		    i < 4 || patient_label_match(s, i - 4, STR("des")) == 0;
	} else if (patient_label_match(s, stem, STR("in")) != 0) {
		stem += 2;
	} else if (char_lower(patient_byte(s, stem)) == 'e') {
		stem++;
	}
	if (!patient_label_ends(s, stem) ||
	    char_is_digit(patient_byte(s, stem)))
		return false;
	*out = (struct patient_label){.end = stem,
	    .part = PATIENT_NUMBER,
	    .bare = true,
	    .many = out->many};
	return true;
}

/* (0010,0010) and what else of a data set says who it is (DICOM PS3.6). */
static bool
read_tag(struct str s, size_t i, struct patient_label *out)
{
	static const struct word tags[] = {
	    {STR_INIT("0010)"), PATIENT_NAME  },
	    {STR_INIT("0020)"), PATIENT_NUMBER},
	    {STR_INIT("0030)"), PATIENT_NAME  },
	    {STR_INIT("1000)"), PATIENT_NUMBER},
	    {STR_INIT("1001)"), PATIENT_NAME  },
	    {STR_INIT("1005)"), PATIENT_NAME  },
	    {STR_INIT("1040)"), PATIENT_NAME  },
	    {STR_INIT("1060)"), PATIENT_NAME  },
	    {STR_INIT("2154)"), PATIENT_NAME  },
	};

	if (i < 2 || !str_has_prefix(str_skip(s, i - 2), STR("(0010,")))
		return false;
	for (size_t k = 0; k < COUNT(tags); k++) {
		if (!str_has_prefix(str_skip(s, i + 4), tags[k].text))
			continue;
		*out = (struct patient_label){
		    .end = i + 9, .part = tags[k].part, .tag = true};
		return true;
	}
	return false;
}

/* Behind "\n", "\t" or "\u003c" of JSON, %5B of URLs. */
static bool
is_behind_escape(struct str s, size_t i)
{
	if (i >= 3 && s.p[i - 3] == '%')
		return char_hex(s.p[i - 2]) >= 0 && char_hex(s.p[i - 1]) >= 0;
	if (i >= 2 && s.p[i - 2] == '\\')
		return strchr("ntrbf", s.p[i - 1]) != NULL;
	return i >= 6 && json_code_at(s, i - 6) >= 0;
}

bool
patient_label_begins(struct str s, size_t i)
{
	char before = i == 0 ? '\0' : s.p[i - 1];

	return !patient_is_letter(before) || is_behind_escape(s, i) ||
	    (char_is_upper(s.p[i]) && !char_is_upper(before));
}

static bool
read_patient_or_mrn(struct str s, size_t i, struct patient_label *out)
{
	size_t end;

	if (!patient_label_begins(s, i))
		return false;
	if (char_lower(s.p[i]) == 'p') {
		*out = (struct patient_label){0};
		end = patient_label_match(s, i, STR("pat"));
		if (end == 0)
			return false;
		if (read_patient(s, i, out))
			return true;
		/* "Pat.-Nr.", "Pat. ID" */
		end += patient_byte(s, end) == '.' &&
		    (patient_byte(s, end + 1) == '-' ||
			patient_byte(s, end + 1) == ' ');
		if (read_word(s, end + joint_length(s, end), short_words,
			COUNT(short_words), out))
			return true;
		*out = (struct patient_label){
		    .end = end, .part = PATIENT_NUMBER, .group = true};
		return patient_byte(s, end) == '"' && i > 0 &&
		    s.p[i - 1] == '"';
	}
	end = patient_label_match(s, i, STR("mrn"));
	/* Ships have urn:mrn:..., too. */
	if (end == 0 || str_has_suffix(str_first(s, i), STR("urn:")))
		return false;
	if (read_word(s, end + joint_length(s, end), short_words,
		COUNT(short_words), out))
		return true;
	*out = (struct patient_label){.end = end, .part = PATIENT_NUMBER};
	out->many = char_lower(patient_byte(s, end)) == 's';
	out->end = end += out->many;
	return patient_label_ends(s, end);
}

bool
patient_label_number_word(struct str s, size_t i, size_t *end)
{
	struct patient_label label;

	if (!read_word(s, i + joint_length(s, i), short_words,
		COUNT(short_words), &label) ||
	    label.part != PATIENT_NUMBER)
		return false;
	*end = label.end;
	return true;
}

size_t
patient_label_find(struct str s, size_t i)
{
	return signs_find_label(s, i, true);
}

bool
patient_label_in(struct str s)
{
	struct patient_label label;
	size_t i = 0;

	while ((i = signs_find_label(s, i, false)) != SIZE_MAX) {
		if (patient_label_read(s, i, &label))
			return true;
		i++;
	}
	return false;
}

enum patient_part
patient_label_word(struct str key)
{
	struct patient_label label;

	return read_word(key, 0, words, COUNT(words), &label) &&
		label.end == key.n && !label.group
	    ? label.part
	    : PATIENT_NOTHING;
}

/* Behind the number of an element of structured data, which IANA gives:
 * patient@32473; i: there is none. */
static size_t
element_end(struct str s, size_t i)
{
	size_t end = i + 1;

	if (patient_byte(s, i) != '@' || !char_is_digit(patient_byte(s, end)))
		return i;
	while (end - i < 12 && char_is_digit(patient_byte(s, end)))
		end++;
	return strchr(" \"]", patient_byte(s, end)) != NULL ||
		(patient_byte(s, end) == '.' &&
		    !char_is_digit(patient_byte(s, end + 1)))
	    ? end : i;
}

bool
patient_label_read(struct str s, size_t i, struct patient_label *out)
{
	char c = char_lower(s.p[i]);

	if (c == '0')
		return read_tag(s, i, out);
	if (c != 'p' && c != 'm')
		return patient_other_read(s, i, out);
	if (!read_patient_or_mrn(s, i, out))
		return c == 'm' && patient_other_read(s, i, out);
	if (out->bare && element_end(s, out->end) != out->end) {
		out->end = element_end(s, out->end);
		out->element = true;
	}
	return true;
}

enum patient_part
patient_field(struct str name)
{
	struct patient_label label;
	size_t i = 0;

	while ((i = patient_label_find(name, i)) != SIZE_MAX) {
		if (!patient_label_read(name, i, &label)) {
			i++;
			continue;
		}
		if (label.element && patient_byte(name, label.end) == '.')
			return patient_label_word(
			    str_skip(name, label.end + 1));
		if (label.end == name.n && !label.group && !label.matricule &&
		    !(label.bare && label.many))
			return label.encounter ? PATIENT_ENCOUNTER
			    : label.is_long    ? PATIENT_LONG
			    : label.time       ? PATIENT_BIRTH_TIME
			    : label.date       ? PATIENT_BIRTH
					       : label.part;
		i++;
	}
	return PATIENT_NOTHING;
}
