"""What the codes of a service task's settings are called, so that authors choose “reserve” and not `reserve`."""

from app.i18n import in_language, text

CHOICES: dict[str, dict[str, str]] = {
    code: {"zh": chinese, "en": english}
    for code, chinese, english in (
        ("accept", "接受", "accept"),
        ("activate", "生效", "put into force"),
        ("allocate", "分派", "allocate"),
        ("assign", "指派", "assign"),
        ("change", "修改", "change"),
        ("check", "核对", "check"),
        ("close", "关闭", "close"),
        ("count", "统计", "count"),
        ("coverage", "查覆盖范围", "look up what is covered"),
        ("customer", "查客户的合同", "find the customer's contracts"),
        ("decision", "决定", "decision"),
        ("deliver", "交付", "deliver"),
        ("done", "记完成", "note as done"),
        ("draft", "起草", "draft"),
        ("ending", "查将到期的", "find what ends soon"),
        ("false", "否", "no"),
        ("find", "查找", "find"),
        ("in_review", "审核中", "in review"),
        ("insert", "新增", "add"),
        ("instruction", "指示", "instruction"),
        ("issue", "发出", "issue"),
        ("list", "列出", "list"),
        ("look", "查看", "look up"),
        ("lose", "记丢失", "note as lost"),
        ("mark", "改状态", "set the state"),
        ("note", "登记", "note"),
        ("observe", "查规则", "find the rule"),
        ("old_in", "旧件收回", "take old parts in"),
        ("old_out", "旧件发出", "send old parts out"),
        ("open", "建立", "open"),
        ("outcome", "结果", "outcome"),
        ("proposed", "建议", "proposed"),
        ("published", "已发布", "published"),
        ("receive", "收货", "receive"),
        ("register", "登记入册", "register"),
        ("rejected", "已退回", "rejected"),
        ("repeated_complaint", "重复投诉", "repeated complaint"),
        ("repeated_request", "重复请求", "repeated request"),
        ("replan", "重新安排", "plan anew"),
        ("request", "记请求", "note the request"),
        ("reserve", "预留", "reserve"),
        ("return", "退回", "return"),
        ("ship", "发货", "ship"),
        ("skip", "跳过", "skip"),
        ("state", "查状态", "look up the state"),
        ("store", "入库", "store"),
        ("terminate", "终止", "terminate"),
        ("transfer", "转交", "hand over"),
        ("true", "是", "yes"),
        ("use", "领用", "use"),
        ("write", "写入", "write"),
    )
}
DOCUMENT = "desk.document."


def choice_name(code: str, language: str) -> str:
    """Return the name of a code; kinds of documents are called as on their papers."""
    if code in CHOICES:
        return CHOICES[code][language]
    with in_language(language):
        return text(DOCUMENT + code)
