"""Everything that the command line says, one line a phrase: `中文 | English`.

Keys are words of the JSON output too, so that both forms of output name a thing alike.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from schemas.words import say

# fmt: off
PHRASES: Final[dict[str, str]] = {
    # What stands in a column or before a value.
    "accepted": "可接受的事件 | what would move it",
    "accepted_from": "由谁提出 | from whom",
    "actor": "操作人 | actor",
    "alarms": "闹铃 | alarms",
    "applied": "已生效 | applied",
    "arrived": "收到时间 | arrived",
    "at_risk": "一日内届满 | clocks ending within a day",
    "attempts": "尝试次数 | attempts",
    "attention": "待处置 | attention",
    "basis": "依据 | basis",
    "begins": "开始一个案件 | begins a case",
    "body": "内容 | body",
    "breached": "已超时 | breached",
    "calendar_version": "日历版本 | calendar version",
    "case": "个案 | case",
    "meaning": "含义 | meaning",
    "mended": "已由何事件更正 | mended by",
    "cases": "个案数 | cases",
    "cause": "原因 | cause",
    "changes": "变化 | changes",
    "clock": "时限 | clock",
    "clocks": "时限 | clocks",
    "column": "列 | column",
    "count": "数量 | count",
    "created": "创建时间 | created",
    "database": "数据库 | database",
    "dead": "死信 | dead",
    "destination": "去向 | destination",
    "due": "届满 | due",
    "duplicate": "重复 | duplicate",
    "event": "事件 | event",
    "events": "事件数 | events",
    "expires": "保存至 | kept until",
    "fact": "要素 | fact",
    "facts": "要素 | facts",
    "fault": "错误 | fault",
    "feed": "来源通道 | feed",
    "happened": "发生时间 | happened",
    "held": "搁置 | held",
    "history": "历程 | history",
    "in": "收到 | in",
    "kept": "存储值 | kept",
    "key": "回执号 | key",
    "kind": "证明 | proof",
    "line": "行 | line",
    "limit": "期限 | limit",
    "look_again": "复看日期 | look again",
    "other_bodies": "同号异文 | other bodies under this id",
    "next_attempt": "下次尝试 | next attempt",
    "next_due": "下一闹铃 | next alarm",
    "opened": "立项时间 | opened",
    "outcome": "结果 | outcome",
    "owner": "责任人 | owner",
    "partitions": "分区数 | partitions",
    "parked": "待配 | parked",
    "pauses": "中止 | pauses",
    "position": "位置 | position",
    "proved": "证明值 | proved",
    "reason": "理由 | reason",
    "reference": "编号 | reference",
    "references": "编号 | references",
    "refused": "拒绝 | refused",
    "revision": "版次 | revision",
    "role": "身份 | role",
    "rule": "规则 | rule",
    "rows": "行数 | rows",
    "run": "第几次 | run",
    "sealed": "密封号 | sealed id",
    "seen": "最近 | last seen",
    "sentence": "说明 | explanation",
    "skipped": "此前已收 | taken before",
    "source": "来源 | source",
    "stage": "环节 | stage",
    "stage_since": "进入环节 | in stage since",
    "started": "起算 | started",
    "status": "状态 | status",
    "subject": "对象 | subject",
    "sum": "合计 | sum",
    "trace": "痕迹 | trace",
    "type": "类型 | type",
    "topic": "主题 | topic",
    "unit": "单位 | unit",
    "until": "直到 | until",
    "version": "版本 | version",
    "waits_for": "等待 | waits for",
    "what": "何处 | what",
    "why": "为何至此 | why",
    "workflow": "流程 | workflow",
    # Words for the states of a clock.
    "clock_idle": "未起算 | not started",
    "clock_running": "计时中 | running",
    "clock_paused": "中止 | paused",
    "clock_ended": "已届满 | ran out",
    "clock_stopped": "已停止 | stopped",
    # Whole sentences; names in braces are filled in.
    "balance_right": "收到 {in} = 各结果之和 | in {in} = the sum of its outcomes",
    "balance_wrong":
        "收到 {in}，各结果之和 {sum}：不符"
        " | in {in}, the outcomes sum to {sum}: they differ",
    "bad_rows": "错行 | bad rows",
    "bad_rows_found": "{count} 行有误，未导入 | {count} faulty rows, left out",
    "case_stands": "个案处于“{stage}”，自 {since} 起 | the case is {stage} since {since}",
    "case_why":
        "依规则 {rule}，因事件 {event}（{role} 于 {happened} 提出）"
        " | by rule {rule}, on {event} from {role} at {happened}",
    "clock_counts":
        "{clock}：{limit}，自 {started} 起算，{due} 届满"
        " | {clock}: {limit} from {started}, ends {due}",
    "clock_endless":
        "{clock}：自 {started} 起算，无期限数据，无届满时间"
        " | {clock}: from {started}, no end: law or calendar gave none",
    "demo_line":
        "{now}  收到 {letters}，闹铃 {rung}，消息 {sent}"
        " | {now}  events in {letters}, alarms {rung}, messages {sent}",
    "demo_done":
        "收到 {letters} 个事件（{counts}），用时 {seconds} 秒。由数据库逐行核算："
        " | {letters} events came in ({counts}) in {seconds} s. Worked out from the rows:",
    "demo_kept":
        "数据库已保留：HONGDUN_DATABASE_URL={url}"
        " | the database is kept: HONGDUN_DATABASE_URL={url}",
    "dry_run":
        "试行：若提交，{count} 件个案将收到此事件"
        " | dry run: {count} cases would get this event",
    "erased":
        "已销毁 {count} 把密钥，所密封的内容永远无法读出"
        " | {count} keys forgotten: what they sealed can never be read",
    "health_ok": "正常 | healthy",
    "import_done": "已读 {rows} 行 | {rows} rows read",
    "name_cases": "请给出一件个案，或用 --where 给出条件 | name one case, or conditions by --where",
    "name_sealed": "请给出 --case 或 --id 之一 | give either --case or --id",
    "no_receipt": "没有该事件的回执：未曾收到 | no receipt of such an event: it was never seen",
    "nothing": "（无） | (none)",
    "promise_nothing_lost": "无一遗失：每个事件都有回执，每件投诉都有个案 | nothing is lost",
    "promise_nothing_twice": "无一重复：每个事件只生效一次 | nothing happens twice",
    "promise_history_whole": "历程完整：序号连续，散列相扣 | histories are whole",
    "promise_rows_follow_history": "由历程可重建个案 | rows follow from histories",
    "promise_nobody_stuck": "无一停滞：有时限在走，或有人被提请 | no case is stuck",
    "promise_attention_shown": "待处置清单与个案一致 | attention is listed as it is",
    "promise_alarms_set": "闹铃已定 | alarms are set",
    "promise_messages_kept": "每条指令都在待发、已发或已收 | every message is kept",
    "promise_totals_right": "合计与逐行计数一致 | totals are right",
    "promise_parked_counted": "待配计数正确 | parked events are counted",
    "promises_held": "全部承诺均已兑现 | every promise held",
    "promises_broken": "有承诺未兑现 | a promise was broken",
    "serving":
        "运行中：健康检查 {address}，数据库 {database}。按 Ctrl-C 停止"
        " | serving: health at {address}, database {database}; Ctrl-C stops",
    "shared_options":
        "任何命令都可加 --json 和 --lang（zh 或 en），位置不限。"
        " | --json and --lang (zh, en) may stand anywhere in any command.",
    "stopped": "已停止 | stopped",
    "working": "处理中：消费组 {group}；Ctrl-C 停止 | working: group {group}; Ctrl-C stops",
    "ticked":
        "至 {until}：{rung} 个闹铃或待配事件已处理，{sent} 条消息送出"
        " | until {until}: {rung} alarms and parked events taken, {sent} messages sent",
}
# fmt: on


def phrase(key: str, lang: str, **values: object) -> str:
    """Say a phrase in one language; an unknown key says itself."""
    text = say(PHRASES.get(key, key), lang)
    return text.format_map(values) if values else text


def moment(instant: datetime | None, zone: ZoneInfo) -> str:
    """Write an instant in the bureau's zone to the minute, seconds where they matter."""
    if instant is None:
        return ""
    local = instant.astimezone(zone)
    form = "%Y-%m-%d %H:%M" if not local.second else "%Y-%m-%d %H:%M:%S"
    return local.strftime(form)
