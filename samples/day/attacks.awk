# The attacks of the sample day. Each begins with a comment that says what a
# reader of the queue should find.
function out(t, member, way, text) { printf "%.3f %s %s %s\n", t, member, way, text }
function say(text) { print "# attack: " text }
function nxlog(t, member, host, channel, text) {
	out(t, member, "tcp", "<13>{time} " host " nxlog: {\"Hostname\":\"" host "." member ".example\",\"Channel\":\"" channel "\",\"SourceName\":\"Microsoft-Windows-Security-Auditing\"," text "}")
}
function fgt(t, member, host, text) {
	out(t, member, "udp", "<185>{time} " host " devname=\"" host "\" " text)
}
BEGIN {
	split("a.schmit b.muller c.weber d.hoffmann e.klein f.wagner g.thill h.meyer i.faber j.reuter k.braun l.kieffer m.theis n.weis", name, " ")

	say("port scan of the hospital's perimeter, refused")
	for (i = 0; i < 28; i++)
		out(4 + i * 0.05, "chu-alpha", "udp", "<164>{time} chu-fw1 : %ASA-4-106023: Deny tcp src outside:203.0.113.10/4" (1000 + i) " dst dmz:10.1.2.8/" (20 + i * 37) " by access-group \"outside_in\" [0x0, 0x0]")

	say("campaign: one address tries SSH and VPN at three members")
	for (i = 0; i < 8; i++)
		out(8 + i * 0.4, "chu-alpha", "tcp", "<38>{time} app1 sshd[71" i "]: Failed password for " (i % 2 ? "root" : "invalid user admin") " from 203.0.113.99 port 4" (100 + i) " ssh2")
	for (i = 0; i < 12; i++)
		fgt(12 + i * 0.3, "hopital-beta", "hb-fgt", "logid=\"0101039426\" type=\"event\" subtype=\"vpn\" level=\"alert\" logdesc=\"SSL VPN login fail\" action=\"ssl-login-fail\" remip=203.0.113.99 user=\"admin\" reason=\"sslvpn_login_unknown_user\" msg=\"SSL user failed to logged in\"")
	for (i = 0; i < 7; i++)
		out(16 + i * 0.4, "labo-delta", "tcp", "<38>{time} lims1 sshd[72" i "]: Failed password for root from 203.0.113.99 port 4" (200 + i) " ssh2")

	say("password spraying over the VPN, fourteen accounts")
	for (i = 1; i <= 14; i++)
		fgt(17 + i * 0.25, "clinique-gamma", "cg-fgt", "logid=\"0101039426\" type=\"event\" subtype=\"vpn\" level=\"alert\" logdesc=\"SSL VPN login fail\" action=\"ssl-login-fail\" remip=198.51.100.77 user=\"" name[i] "\" reason=\"sslvpn_login_permission_denied\" msg=\"SSL user failed to logged in\"")

	say("SSH password guessed at the imaging centre")
	for (i = 0; i < 6; i++)
		out(21 + i * 0.5, "imagerie-theta", "tcp", "<38>{time} it-pacs1 sshd[811]: Failed password for dicom from 203.0.113.44 port 5" (100 + i) " ssh2")
	out(24.6, "imagerie-theta", "tcp", "<38>{time} it-pacs1 sshd[812]: Accepted password for dicom from 203.0.113.44 port 5107 ssh2")

	say("a service starts out of shared memory on the image archive")
	out(26.2, "imagerie-theta", "tcp", "<30>{time} it-pacs1 systemd[1]: Started /dev/shm/.cache/upd.")

	say("sudo refused twice, then root, on the laboratory system")
	out(27, "labo-delta", "tcp", "<85>{time} lims1 sudo: j.reuter : 3 incorrect password attempts ; TTY=pts/1 ; PWD=/home/j.reuter ; USER=root ; COMMAND=/bin/bash")
	out(28.4, "labo-delta", "tcp", "<85>{time} lims1 sudo: j.reuter : 3 incorrect password attempts ; TTY=pts/1 ; PWD=/home/j.reuter ; USER=root ; COMMAND=/bin/bash")
	out(30.1, "labo-delta", "tcp", "<85>{time} lims1 sudo: j.reuter : TTY=pts/1 ; PWD=/home/j.reuter ; USER=root ; COMMAND=/bin/bash")

	say("attack on the portal seen by the sensor, then the server calls the attacker")
	out(31, "chu-alpha", "udp", "<134>{time} ids1 suricata[61]: {\"timestamp\":\"{time5424}\",\"flow_id\":77,\"in_iface\":\"eth1\",\"event_type\":\"alert\",\"src_ip\":\"198.51.100.200\",\"src_port\":40100,\"dest_ip\":\"10.1.2.5\",\"dest_port\":443,\"proto\":\"TCP\",\"alert\":{\"action\":\"allowed\",\"gid\":1,\"signature_id\":9000001,\"rev\":2,\"signature\":\"SAMPLE remote code execution in a web portal\",\"category\":\"Attempted Administrator Privilege Gain\",\"severity\":1}}")
	out(33.5, "chu-alpha", "udp", "<166>{time} chu-fw1 : %ASA-6-302013: Built outbound TCP connection 990077 for outside:198.51.100.200/8443 (198.51.100.200/8443) to dmz:10.1.2.5/50177 (198.51.100.1/50177)")

	say("shadow copies deleted at a practice")
	nxlog(35, "cabinet-eta", "ce-pc1", "Security", "\"EventID\":4688,\"SubjectUserName\":\"reception\",\"SubjectDomainName\":\"CE\",\"NewProcessName\":\"C:\\\\Windows\\\\System32\\\\vssadmin.exe\",\"CommandLine\":\"vssadmin delete shadows /all /quiet\",\"ParentProcessName\":\"C:\\\\Windows\\\\System32\\\\cmd.exe\"")

	say("directory copied by an account that is no controller")
	nxlog(38, "hopital-beta", "hb-dc1", "Security", "\"EventID\":4662,\"SubjectUserName\":\"svc-print\",\"SubjectDomainName\":\"HB\",\"ObjectServer\":\"DS\",\"AccessMask\":\"0x100\",\"Properties\":\"%%7688 {1131f6ad-9c07-11d1-f79f-00c04fc2dcd2} {19195a5b-6da0-11d0-afd3-00c04fd930c9}\"")

	say("firewall administered from the Internet")
	fgt(41, "clinique-gamma", "cg-fgt", "logid=\"0100032001\" type=\"event\" subtype=\"system\" level=\"information\" logdesc=\"Admin login successful\" user=\"admin\" ui=\"https(203.0.113.66)\" method=\"https\" srcip=203.0.113.66 dstip=198.51.100.3 action=\"login\" status=\"success\" msg=\"Administrator admin logged in successfully\"")

	say("web scanner at the portal of the home care network")
	for (i = 0; i < 32; i++)
		out(44 + i * 0.06, "soins-zeta", "tcp", "<190>{time} sz-web nginx: 192.0.2.200 - - [{time5424}] \"GET /old/" i "/setup.php HTTP/1.1\" 404 196 \"-\" \"scan/1.0\"")

	say("an infected workstation sweeps the clinic for file shares")
	for (i = 0; i < 26; i++)
		fgt(48 + i * 0.08, "clinique-gamma", "cg-fgt", "logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" level=\"warning\" vd=\"root\" srcip=10.3.1.77 srcport=5" (1000 + i) " srcintf=\"lan\" dstip=10.3.2." (10 + i) " dstport=445 dstintf=\"servers\" proto=6 action=\"deny\" policyid=0 service=\"SMB\"")

	say("a new account becomes administrator of the domain")
	nxlog(53, "chu-alpha", "dc1", "Security", "\"EventID\":4720,\"TargetUserName\":\"support9\",\"TargetDomainName\":\"CHU\",\"TargetSid\":\"S-1-5-21-7-7-7-1999\",\"SubjectUserName\":\"adm.krier\",\"SubjectDomainName\":\"CHU\"")
	nxlog(55, "chu-alpha", "dc1", "Security", "\"EventID\":4728,\"MemberName\":\"CN=support9,CN=Users,DC=chu-alpha,DC=example\",\"MemberSid\":\"S-1-5-21-7-7-7-1999\",\"TargetUserName\":\"Domain Admins\",\"TargetDomainName\":\"CHU\",\"TargetSid\":\"S-1-5-21-7-7-7-512\",\"SubjectUserName\":\"adm.krier\",\"SubjectDomainName\":\"CHU\"")
}
