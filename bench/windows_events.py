#!/usr/bin/env python3
"""Windows events as NXLog forwards them, for bench/rules.sh: one syslog line each, about 2.4 KB.

  windows_events.py [--events N] [--attacks PERCENT] [--seed S] CASES.ndjson

CASES are events that SigmaHQ's rules were made for (`event`: fields by their
own names, System's too). PERCENT of the lines are such events as they are; in
the others every telling value (images, command lines, paths, keys, names) is
replaced by one of daily work, so that, as at a member, nearly nothing
matches. Ids, times and hashes differ from line to line. The same arguments
give the same bytes.
"""
import argparse
import json
import random

IMAGES = r"""C:\Windows\System32\svchost.exe
C:\Windows\System32\conhost.exe
C:\Windows\System32\taskhostw.exe
C:\Windows\System32\RuntimeBroker.exe
C:\Windows\System32\SearchProtocolHost.exe
C:\Windows\System32\backgroundTaskHost.exe
C:\Windows\System32\dllhost.exe
C:\Windows\System32\wbem\WmiPrvSE.exe
C:\Windows\explorer.exe
C:\Program Files\Google\Chrome\Application\chrome.exe
C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe
C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE
C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE
C:\Program Files\Windows Defender\MsMpEng.exe
C:\Program Files\Example HIS\bin\his-client.exe
C:\Program Files\Example PACS\viewer\pacs-viewer.exe
C:\Program Files (x86)\Example Lab\lis.exe
C:\ProgramData\Example Agent\agent.exe""".split("\n")
ARGUMENTS = ["", " -k netsvcs -p -s Schedule", " -k LocalService -p", " 0xffffffff -ForceV1", " -Embedding",
             " --type=renderer --lang=fr --renderer-client-id=41 --time-ticks-at-unix-epoch=-17",
             " /n /dde", " -ServerName:App.AppXc75wvwned5vhz4xyxxecvgdjhdkgsdza.mca", " --station 41 --ward 7b",
             " Global\\UsGthrFltPipeMssGthrPipe49_ Global\\UsGthrCtrlFltPipeMssGthrPipe49 1 -2147483646"]
PATHS = r"""C:\Users\ward7b\AppData\Local\Google\Chrome\User Data\Default\Cache\Cache_Data\f_00a41c
C:\Users\radio2\Documents\planning 2026.docx
C:\ProgramData\Example Agent\queue\000417.dat
C:\Windows\Prefetch\SVCHOST.EXE-7AC6742A.pf
C:\Program Files\Example PACS\cache\1.2.826.0.1.3680043.8.498.dcm
C:\Windows\System32\ntdll.dll
C:\Windows\System32\kernel32.dll
C:\Windows\System32\combase.dll""".split("\n")
KEYS = r"""HKLM\System\CurrentControlSet\Services\bam\State\UserSettings\S-1-5-21-1004\SequenceNumber
HKU\S-1-5-21-1004\Software\Microsoft\Office\16.0\Word\Reading Locations\Document 7\Position
HKLM\SOFTWARE\Example Agent\LastContact
HKU\S-1-5-21-1004\Software\Example HIS\Window\Width""".split("\n")
USERS = ["EXAMPLE\\ward7b", "EXAMPLE\\radio2", "EXAMPLE\\pharm1", "NT AUTHORITY\\SYSTEM", "EXAMPLE\\svc-lab"]
HOSTS = ["ws-041.hospital.example", "ws-112.hospital.example", "dc1.hospital.example", "pacs2.hospital.example"]
NAMES = ["wpad.hospital.example", "his.hospital.example", "update.vendor.example", "time.hospital.example"]

# What of an event says what it is: replaced in those of daily work.
COMMON = {
    "Image": IMAGES, "ParentImage": IMAGES, "SourceImage": IMAGES, "TargetImage": IMAGES, "ImageLoaded": PATHS,
    "NewProcessName": IMAGES, "ParentProcessName": IMAGES, "ProcessName": IMAGES, "Application": IMAGES,
    "TargetFilename": PATHS, "TargetObject": KEYS, "User": USERS, "ParentUser": USERS, "QueryName": NAMES,
    "DestinationHostname": NAMES, "CurrentDirectory": ["C:\\Windows\\system32\\", "C:\\Users\\ward7b\\"],
    "Description": ["Host Process for Windows Services", "Example HIS client", "Google Chrome"],
    "Product": ["Microsoft Windows Operating System", "Example HIS"], "Company": ["Microsoft Corporation", "Example"],
    "OriginalFileName": ["svchost.exe", "his-client.exe", "chrome.exe", "?"], "Details": ["DWORD (0x00000417)", "Binary Data"],
    "ScriptBlockText": ["Get-Date -Format o", "param($Queue) $Queue.Count", "{ Set-StrictMode -Version 1; $_.Name }"],
    "Payload": ["CommandInvocation(Get-Date): \"Get-Date\""], "ContextInfo": ["Host Name = ConsoleHost"],
    "PipeName": ["\\example-agent", "\\chrome.sync.41.7"], "CallTrace": ["C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4"],
    "GrantedAccess": ["0x1000", "0x1400"], "ServiceName": ["Example Agent"], "TaskName": ["\\Example\\Sync"],
    "TargetUserName": ["ward7b", "radio2", "WS-041$"], "SubjectUserName": ["WS-041$", "ward7b"],
}
LINES = {"CommandLine", "ParentCommandLine"}
SYSTEM = {"Provider_Name": "SourceName", "Provider_Guid": "ProviderGuid", "EventID": "EventID", "Version": "Version",
          "Task": "Task", "Opcode": "OpcodeValue", "Keywords": "Keywords", "EventRecordID": "RecordNumber",
          "Execution_ProcessID": "ExecutionProcessID", "Execution_ThreadID": "ExecutionThreadID", "Channel": "Channel",
          "Computer": "Hostname", "Security_UserID": "UserID"}


def daily(event, rng):
    out = {}
    for key, value in event.items():
        if key in LINES:
            out[key] = '"%s"%s' % (rng.choice(IMAGES), rng.choice(ARGUMENTS))
        elif key in COMMON:
            out[key] = rng.choice(COMMON[key])
        else:
            out[key] = value
    return out


def digits(rng, n):
    return "".join(rng.choice("0123456789ABCDEF") for _ in range(n))


def fresh(event, rng, i):
    """What differs in every event."""
    out = dict(event)
    for key in out:
        if key.endswith("Guid") and key != "Provider_Guid":
            out[key] = "{%s-%s-%s}" % (digits(rng, 8), digits(rng, 4), digits(rng, 12))
        elif key == "Hashes":
            out[key] = "SHA1=%s,MD5=%s,SHA256=%s,IMPHASH=%s" % tuple(digits(rng, n) for n in (40, 32, 64, 32))
        elif key in ("ProcessId", "ParentProcessId", "Execution_ThreadID"):
            out[key] = rng.randrange(400, 30000)
        elif key == "Computer":
            out[key] = rng.choice(HOSTS)
    if "EventRecordID" in out:
        out["EventRecordID"] = 100000 + i
    return out


def nxlog(event, i):
    second = "2026-03-02 08:%02d:%02d" % (i // 60 % 60, i % 60)
    out = {"EventTime": second, "EventType": "INFO", "SeverityValue": 2, "Severity": "INFO"}
    data = []
    for key, value in event.items():
        if key in SYSTEM:
            out[SYSTEM[key]] = value
        elif key != "TimeCreated_SystemTime" and key != "Level":
            data.append((key, value))
    out.setdefault("Hostname", HOSTS[0])
    out["Domain"], out["AccountName"], out["AccountType"] = "NT AUTHORITY", "SYSTEM", "User"
    if out.get("Channel", "").startswith("Microsoft-Windows-Sysmon"):
        out["Message"] = "Event:\r\n" + "\r\n".join("%s: %s" % kv for kv in data)
    else:
        out["Message"] = "An event was logged.\r\n\r\n" + "\r\n".join("\t%s:\t\t%s" % kv for kv in data)
    for key, value in data:
        out.setdefault(key, value)
    out["EventReceivedTime"] = second
    out["SourceModuleName"], out["SourceModuleType"] = "eventlog", "im_msvistalog"
    return out


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--events", type=int, default=10000)
    p.add_argument("--attacks", type=float, default=2)
    p.add_argument("--seed", type=int, default=7)
    p.add_argument("cases")
    o = p.parse_args()
    rng = random.Random(o.seed)
    with open(o.cases, encoding="utf-8") as f:
        bases = [c["event"] for c in map(json.loads, f) if c["logsource"].get("product") == "windows"
                 and "Channel" in c["event"] and "EventID" in c["event"]]
    for i in range(o.events):
        event = rng.choice(bases)
        if rng.random() * 100 >= o.attacks:
            event = daily(event, rng)
        line = nxlog(fresh(event, rng, i), i)
        print("<14>Mar  2 08:%02d:%02d %s %s[%s]: %s" % (
            i // 60 % 60, i % 60, line["Hostname"].split(".")[0], line.get("SourceName", "-"),
            line.get("ExecutionProcessID", 4), json.dumps(line, ensure_ascii=False, separators=(",", ":"))))


main()
