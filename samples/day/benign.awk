# The usual traffic of eight members over sixty seconds. POSIX awk; numbers
# come from a small generator of our own, so that each awk writes the same.
function pick(n) {
	seed = (seed * 16807) % 2147483647
	return seed % n
}
function one(list,   a, n) {
	n = split(list, a, " ")
	return a[1 + pick(n)]
}
function out(member, way, text) {
	printf "%.3f %s %s %s\n", now, member, way, text
}
function port() { return 49152 + pick(16000) }
function inside(m) { return "10." m ".1." (10 + pick(180)) }
function outside() { return one("198.51.100. 203.0.113. 192.0.2.") (100 + pick(60)) }
function user() { return one(users) }
function site() {
	return one("www.example.com updates.example.net portal.example.org cdn.example.com mail.example.net api.example.org")
}

# --- what each kind of machine writes ---------------------------------------
function ssh(m, id, host,   p, u, a, pid) {
	p = port(); u = one(admins); a = "10." m ".9." (2 + pick(6)); pid = 1000 + pick(9000)
	out(id, "tcp", "<38>{time} " host " sshd[" pid "]: Accepted publickey for " u " from " a " port " p " ssh2: ED25519 SHA256:" p "sample")
	out(id, "tcp", "<86>{time} " host " sshd[" pid "]: pam_unix(sshd:session): session opened for user " u "(uid=1004) by (uid=0)")
	if (pick(2)) {
		now += 0.4
		out(id, "tcp", "<85>{time} " host " sudo: " u " : TTY=pts/0 ; PWD=/home/" u " ; USER=root ; COMMAND=" one("/usr/bin/apt /usr/bin/journalctl /usr/bin/less /usr/bin/systemctl /usr/sbin/tcpdump") " " one("update -n50 status --list"))
		out(id, "tcp", "<86>{time} " host " sudo: pam_unix(sudo:session): session opened for user root(uid=0) by " u "(uid=1004)")
		out(id, "tcp", "<86>{time} " host " sudo: pam_unix(sudo:session): session closed for user root")
	}
	now += 0.3
	out(id, "tcp", "<38>{time} " host " sshd[" pid "]: Received disconnect from " a " port " p ":11: disconnected by user")
	out(id, "tcp", "<86>{time} " host " sshd[" pid "]: pam_unix(sshd:session): session closed for user " u)
}
function ssh_typo(m, id, host) {
	out(id, "tcp", "<38>{time} " host " sshd[" (1000 + pick(9000)) "]: Failed password for " one(admins) " from 10." m ".9." (2 + pick(6)) " port " port() " ssh2")
}
function cron(id, host,   pid) {
	pid = 2000 + pick(7000)
	out(id, "udp", "<86>{time} " host " CRON[" pid "]: pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)")
	out(id, "udp", "<78>{time} " host " CRON[" (pid + 1) "]: (root) CMD (" one("/usr/local/sbin/rotate-dicom /usr/lib/sysstat/sa1 /usr/local/sbin/backup-check /usr/bin/certbot") " --quiet)")
	out(id, "udp", "<86>{time} " host " CRON[" pid "]: pam_unix(cron:session): session closed for user root")
}
function systemd(id, host,   s) {
	s = one("apt-daily.service logrotate.service pacs-router.service hl7-gateway.service fstrim.service")
	out(id, "udp", "<30>{time} " host " systemd[1]: Starting " s " - Scheduled work...")
	out(id, "udp", "<30>{time} " host " systemd[1]: Started " s " - Scheduled work.")
	out(id, "udp", "<30>{time} " host " systemd[1]: " s ": Deactivated successfully.")
}
function asa(m, id, host,   s, d, p, n, c) {
	n = pick(10); s = inside(m); d = outside(); p = port(); c = 100000 + pick(800000)
	if (n < 5) {
		out(id, "udp", "<166>{time} " host " : %ASA-6-302013: Built outbound TCP connection " c " for outside:" d "/443 (" d "/443) to inside:" s "/" p " (198.51.100." m "/" p ")")
		out(id, "udp", "<166>{time} " host " : %ASA-6-302014: Teardown TCP connection " c " for outside:" d "/443 to inside:" s "/" p " duration 0:00:" (10 + pick(49)) " bytes " (200 + pick(90000)) " TCP FINs")
	} else if (n < 8)
		out(id, "udp", "<166>{time} " host " : %ASA-6-302015: Built outbound UDP connection " c " for outside:192.0.2.53/53 (192.0.2.53/53) to inside:" s "/" p " (198.51.100." m "/" p ")")
	else
		out(id, "udp", "<164>{time} " host " : %ASA-4-106023: Deny tcp src outside:" d "/" p " dst dmz:10." m ".2." (5 + pick(8)) "/" one("22 23 445 3389 8080 5900 1433") " by access-group \"outside_in\" [0x0, 0x0]")
}
function fgt(m, id, host,   s, d, p, n, h) {
	n = pick(12); s = inside(m); d = outside(); p = port()
	h = "{time} " host " devname=\"" host "\" devid=\"FGT000000" m "\" "
	if (n < 8)
		out(id, "udp", "<189>" h "logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" level=\"notice\" vd=\"root\" srcip=" s " srcport=" p " srcintf=\"lan\" dstip=" d " dstport=443 dstintf=\"wan1\" sessionid=" (1000 + pick(90000)) " proto=6 action=\"close\" policyid=7 policytype=\"policy\" service=\"HTTPS\" duration=" pick(90) " sentbyte=" (300 + pick(9000)) " rcvdbyte=" (900 + pick(90000)) " app=\"HTTPS\"")
	else if (n < 10)
		out(id, "udp", "<188>" h "logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" level=\"warning\" vd=\"root\" srcip=" d " srcport=" p " srcintf=\"wan1\" dstip=10." m ".2." (5 + pick(8)) " dstport=" one("22 23 445 3389 8080 5900") " dstintf=\"dmz\" proto=6 action=\"deny\" policyid=0 service=\"OTHER\"")
	else if (n == 10)
		out(id, "udp", "<190>" h "logid=\"1500054000\" type=\"utm\" subtype=\"dns\" eventtype=\"dns-query\" level=\"information\" vd=\"root\" policyid=7 srcip=" s " srcport=" p " dstip=10." m ".0.53 dstport=53 proto=17 qname=\"" site() "\" qtype=\"A\"")
	else
		vpn_fgt(m, id, host)
}
function vpn_fgt(m, id, host,   k, u) {
	k = pick(24); split(users, vu, " "); u = vu[1 + k]
	out(id, "udp", "<189>{time} " host " devname=\"" host "\" logid=\"0101039424\" type=\"event\" subtype=\"vpn\" level=\"information\" logdesc=\"SSL VPN tunnel up\" action=\"tunnel-up\" tunneltype=\"ssl-web\" tunnelid=" (10 + k) " remip=192.0.2." (10 + k) " user=\"" u "\" group=\"Staff\" reason=\"login successfully\" msg=\"SSL tunnel established\"")
}
function vpn_typo(m, id, host,   k, u) {
	k = pick(24); split(users, vu, " "); u = vu[1 + k]
	out(id, "udp", "<185>{time} " host " devname=\"" host "\" logid=\"0101039426\" type=\"event\" subtype=\"vpn\" level=\"alert\" logdesc=\"SSL VPN login fail\" action=\"ssl-login-fail\" remip=192.0.2." (10 + k) " user=\"" u "\" reason=\"sslvpn_login_permission_denied\" msg=\"SSL user failed to logged in\"")
}
function netfilter(m, id, host) {
	if (pick(3))
		out(id, "udp", "<6>{time} " host " kernel: FW-ACCEPT IN=lan0 OUT=wan0 SRC=" inside(m) " DST=" outside() " LEN=60 TOS=0x00 PREC=0x00 TTL=63 ID=" pick(60000) " DF PROTO=TCP SPT=" port() " DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0")
	else
		out(id, "udp", "<4>{time} " host " kernel: FW-DROP IN=wan0 OUT= SRC=" outside() " DST=198.51.100." m " LEN=44 TOS=0x00 PREC=0x00 TTL=240 ID=" pick(60000) " PROTO=TCP SPT=" port() " DPT=" one("22 23 80 445 3389 5900 8080") " WINDOW=1024 RES=0x00 SYN URGP=0")
}
function windows(m, id, host,   u, n, h) {
	u = user(); n = pick(10)
	h = "<13>{time} " host " nxlog: {\"Hostname\":\"" host "." id ".example\",\"Channel\":\"Security\",\"SourceName\":\"Microsoft-Windows-Security-Auditing\",\"Severity\":\"INFO\",\"RecordNumber\":" (100000 + pick(800000)) ","
	if (n < 5)
		out(id, "tcp", h "\"EventID\":4624,\"TargetUserName\":\"" u "\",\"TargetDomainName\":\"CLINIC\",\"LogonType\":\"3\",\"IpAddress\":\"" inside(m) "\",\"IpPort\":\"" port() "\"}")
	else if (n < 7)
		out(id, "tcp", h "\"EventID\":4634,\"TargetUserName\":\"" u "\",\"TargetDomainName\":\"CLINIC\",\"LogonType\":\"3\"}")
	else if (n < 9)
		out(id, "tcp", h "\"EventID\":4688,\"SubjectUserName\":\"" u "\",\"SubjectDomainName\":\"CLINIC\",\"NewProcessName\":\"C:\\\\Program Files\\\\" one("Office\\\\winword.exe Viewer\\\\dicomview.exe Browser\\\\browser.exe Ehr\\\\client.exe") "\",\"CommandLine\":\"client.exe --user " u "\",\"ParentProcessName\":\"C:\\\\Windows\\\\explorer.exe\"}")
	else
		out(id, "tcp", h "\"EventID\":4672,\"SubjectUserName\":\"" one(admins) "\",\"SubjectDomainName\":\"CLINIC\",\"PrivilegeList\":\"SeBackupPrivilege\"}")
}
function windows_typo(m, id, host) {
	out(id, "tcp", "<13>{time} " host " nxlog: {\"Hostname\":\"" host "." id ".example\",\"Channel\":\"Security\",\"EventID\":4625,\"TargetUserName\":\"" user() "\",\"TargetDomainName\":\"CLINIC\",\"Status\":\"0xc000006d\",\"LogonType\":\"2\",\"IpAddress\":\"" inside(m) "\",\"IpPort\":\"0\"}")
}
function web(id, host,   u) {
	u = one("/ /rdv /rdv/confirm /news /style.css /logo.png /contact /api/slots /results /login")
	out(id, "tcp", "<190>{time} " host " nginx: " outside() " - - [{time5424}] \"" one("GET GET GET POST") " " u " HTTP/1.1\" " one("200 200 200 304 302") " " (200 + pick(20000)) " \"-\" \"Mozilla/5.0 (Sample)\"")
	if (pick(25) == 0)
		out(id, "tcp", "<190>{time} " host " nginx: " outside() " - - [{time5424}] \"GET /favicon.ico HTTP/1.1\" 404 196 \"-\" \"Mozilla/5.0 (Sample)\"")
}
function proxy(m, id, host) {
	out(id, "udp", "<134>{time} " host " squid[90]: " inside(m) " - " user() " [{time5424}] \"GET http://" site() "/" pick(900) ".html HTTP/1.1\" " one("200 200 304 301") " " (300 + pick(40000)) " \"-\" \"Mozilla/5.0 (Sample)\" TCP_MISS:HIER_DIRECT")
}
function mail(m, id, host,   q, a, pid) {
	q = "4B" (100000 + pick(800000)) "z"; a = outside(); pid = 3000 + pick(6000)
	out(id, "udp", "<22>{time} " host " postfix/smtpd[" pid "]: connect from mail.example.net[" a "]")
	out(id, "udp", "<22>{time} " host " postfix/smtpd[" pid "]: " q ": client=mail.example.net[" a "]")
	out(id, "udp", "<22>{time} " host " postfix/cleanup[" (pid + 1) "]: " q ": message-id=<" q ".1@mail.example.net>")
	out(id, "udp", "<22>{time} " host " postfix/qmgr[50]: " q ": from=<" user() "@example.net>, size=" (900 + pick(90000)) ", nrcpt=1 (queue active)")
	out(id, "udp", "<22>{time} " host " postfix/smtp[" (pid + 2) "]: " q ": to=<" user() "@" id ".example>, relay=mx." id ".example[10." m ".0.25]:25, delay=0.4, delays=0.1/0/0.1/0.2, dsn=2.0.0, status=sent (250 2.0.0 Ok)")
	out(id, "udp", "<22>{time} " host " postfix/smtpd[" pid "]: disconnect from mail.example.net[" a "] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5")
}
function ids(m, id, host,   n, h) {
	n = pick(12); h = "<134>{time} " host " suricata[61]: {\"timestamp\":\"{time5424}\",\"flow_id\":" (100000 + pick(800000)) ",\"in_iface\":\"eth1\","
	if (n < 6)
		out(id, "udp", h "\"event_type\":\"dns\",\"src_ip\":\"" inside(m) "\",\"src_port\":" port() ",\"dest_ip\":\"10." m ".0.53\",\"dest_port\":53,\"proto\":\"UDP\",\"dns\":{\"type\":\"query\",\"id\":" pick(60000) ",\"rrname\":\"" site() "\",\"rrtype\":\"A\"}}")
	else if (n < 11)
		out(id, "udp", h "\"event_type\":\"tls\",\"src_ip\":\"" inside(m) "\",\"src_port\":" port() ",\"dest_ip\":\"" outside() "\",\"dest_port\":443,\"proto\":\"TCP\",\"tls\":{\"sni\":\"" site() "\",\"version\":\"TLS 1.3\"}}")
	else
		out(id, "udp", h "\"event_type\":\"alert\",\"src_ip\":\"" inside(m) "\",\"src_port\":" port() ",\"dest_ip\":\"" outside() "\",\"dest_port\":80,\"proto\":\"TCP\",\"alert\":{\"action\":\"allowed\",\"gid\":1,\"signature_id\":9000900,\"rev\":1,\"signature\":\"SAMPLE policy user agent of a package manager\",\"category\":\"Not Suspicious Traffic\",\"severity\":3}}")
}
function ike(id, host,   k, u, n) {
	k = pick(24); split(users, vu, " "); u = vu[1 + k] "@" id ".example"; n = 10 + pick(80)
	out(id, "udp", "<30>{time} " host " charon[70]: 11[IKE] <staff|" n "> 192.0.2." (10 + k) " is initiating an IKE_SA")
	out(id, "udp", "<30>{time} " host " charon[70]: 12[IKE] <staff|" n "> authentication of '" u "' with EAP successful")
	out(id, "udp", "<30>{time} " host " charon[70]: 12[IKE] <staff|" n "> IKE_SA staff[" n "] established between 198.51.100.6[vpn." id ".example]...192.0.2." (10 + k) "[" u "]")
}

BEGIN {
	seed = 20261124
	users = "a.schmit b.muller c.weber d.hoffmann e.klein f.wagner g.thill h.meyer i.faber j.reuter k.braun l.kieffer m.theis n.weis o.krier p.hansen q.lorang r.steffen s.ries t.biver u.kremer v.marx w.becker x.simon"
	admins = "adm.weis adm.hansen adm.krier"
	for (step = 0; step < 600; step++) {
		at = step / 10
		# one round is a tenth of a second
		now = at; asa(1, "chu-alpha", "chu-fw1")
		now = at + 0.01; if (step % 2 == 0) windows(1, "chu-alpha", "dc1")
		now = at + 0.02; if (step % 3 == 0) web("chu-alpha", "web1")
		now = at + 0.03; if (step % 3 == 1) ids(1, "chu-alpha", "ids1")
		now = at + 0.04; if (step % 20 == 3) mail(1, "chu-alpha", "mx1")
		now = at + 0.05; if (step % 2 == 1) fgt(2, "hopital-beta", "hb-fgt")
		now = at + 0.06; if (step % 3 == 2) windows(2, "hopital-beta", "hb-dc1")
		now = at + 0.07; if (step % 4 == 0) proxy(2, "hopital-beta", "px1")
		now = at + 0.01; if (step % 5 == 1) fgt(3, "clinique-gamma", "cg-fgt")
		now = at + 0.02; if (step % 6 == 1) windows(3, "clinique-gamma", "cg-dc1")
		now = at + 0.03; if (step % 5 == 2) asa(4, "labo-delta", "ld-fw1")
		now = at + 0.04; if (step % 6 == 4) netfilter(5, "pharma-epsilon", "pe-gw")
		now = at + 0.05; if (step % 15 == 7) ike("soins-zeta", "sz-gw")
		now = at + 0.06; if (step % 8 == 5) web("soins-zeta", "sz-web")
		now = at + 0.07; if (step % 7 == 3) netfilter(7, "cabinet-eta", "ce-gw")
		now = at + 0.08; if (step % 10 == 6) windows(7, "cabinet-eta", "ce-pc1")
		now = at + 0.01; if (step % 6 == 5) fgt(8, "imagerie-theta", "it-fgt")
		now = at + 0.02; if (step % 60 == 11) ssh(1, "chu-alpha", one("app1 pacs1 db1"))
		now = at + 0.02; if (step % 90 == 31) ssh(4, "labo-delta", "lims1")
		now = at + 0.02; if (step % 90 == 61) ssh(8, "imagerie-theta", "it-pacs1")
		now = at + 0.03; if (step % 50 == 17) cron("chu-alpha", one("app1 pacs1 db1"))
		now = at + 0.03; if (step % 70 == 37) cron("labo-delta", "lims1")
		now = at + 0.03; if (step % 70 == 47) cron("pharma-epsilon", "pe-srv")
		now = at + 0.03; if (step % 80 == 57) systemd("imagerie-theta", "it-pacs1")
		now = at + 0.03; if (step % 80 == 27) systemd("chu-alpha", "app1")
		now = at + 0.04; if (step % 200 == 77) ssh_typo(1, "chu-alpha", "app1")
		now = at + 0.04; if (step % 200 == 99) vpn_typo(2, "hopital-beta", "hb-fgt")
		now = at + 0.04; if (step % 100 == 55) windows_typo(1, "chu-alpha", "dc1")
	}
}
