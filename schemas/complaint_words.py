"""The closed lists of a complaint: channels, problems, goods, grounds, forms, each with its phrase.

The lists follow published registers; the official code tables were not found.
"""

from __future__ import annotations

from schemas.words import Word


class Channel(Word):
    """How the complaint came in."""

    PHONE = "phone", "话务 | phone"
    WECHAT = "wechat", "微信小程序 | WeChat mini-program"
    ALIPAY = "alipay", "支付宝 | Alipay"
    APP = "app", "App | app"
    WEB = "web", "PC | web"
    LETTER = "letter", "来函 | letter"
    FAX = "fax", "传真 | fax"
    VISIT = "visit", "来访 | visit"
    HOTLINE_12345 = "12345", "12345 热线 | hotline 12345"
    REFERRAL = "referral", "转办 | referral"
    OFFICER = "officer", "监管人员录入 | entered by an officer"


class Problem(Word):
    """What the complaint is about."""

    QUALITY = "quality", "质量 | quality"
    AFTER_SALE = "after_sale", "售后服务 | after-sale service"
    CONTRACT = "contract", "合同 | contract"
    FOOD_SAFETY = "food_safety", "食品安全 | food safety"
    ADVERTISING = "advertising", "广告 | advertising"
    UNFAIR_COMPETITION = "unfair_competition", "不正当竞争 | unfair competition"
    PRICE = "price", "价格 | price"
    OTHER = "other", "其他 | other"


class Goods(Word):
    """The class of the goods or service."""

    FOOD = "food", "食品 | food"
    CLOTHING = "clothing", "服装鞋帽 | clothing and shoes"
    HOUSEHOLD = "household", "家居用品 | household goods"
    APPLIANCES = "appliances", "家用电器 | household appliances"
    TELECOM_GOODS = "telecom_goods", "通讯产品 | telecom goods"
    VEHICLES = "vehicles", "交通工具 | vehicles"
    MEDICINE = "medicine", "药品 | medicine"
    OTHER_GOODS = "other_goods", "其他商品 | other goods"
    CATERING = "catering", "餐饮住宿 | catering and lodging"
    BEAUTY = "beauty", "美容美发 | beauty and hair"
    LEISURE = "leisure", "文化娱乐体育 | culture, leisure and sport"
    EDUCATION = "education", "教育培训 | education and training"
    TELECOM = "telecom", "电信 | telecom services"
    INTERNET = "internet", "互联网 | internet services"
    SALES = "sales", "销售服务 | sales services"
    LAUNDRY = "laundry", "洗涤 | laundry"
    OTHER_SERVICES = "other_services", "其他服务 | other services"


class Authority(Word):
    """Why a body has authority over the complaint (SAMR Order 121, art. 13)."""

    ACTUAL_PLACE = "actual_place", "经营者实际经营地 | the trader's actual place"
    DOMICILE = "domicile", "经营者住所地 | the trader's domicile"
    PLATFORM = "platform", "平台经营者住所地 | the platform's domicile"
    RULING = "ruling", "指定管辖 | a ruling"


class Ground(Word):
    """Why a complaint is not accepted (SAMR Order 121, art. 16)."""

    NO_AUTHORITY = "1", "不属于市场监管职责或本机关无处理权限 | not our duty or no authority"
    TAKEN_ELSEWHERE = "2", "同一争议已由他处受理 | the same dispute was taken elsewhere"
    NOT_CONSUMPTION = "3", "非为生活消费或无争议 | not for living consumption, or no dispute"
    TOO_OLD = "4", "超过三年 | over three years"
    NO_MATERIAL = "5", "未提供规定材料或材料虚假 | missing or false material"
    NO_REAL_IDENTITY = "6", "未提供真实身份或拒绝核验 | no real identity, or check refused"
    OTHER_LAW = "7", "法律法规规章另有规定 | another law says so"


class Factor(Word):
    """What a person weighs before ground 3 (SAMR Order 121, art. 17)."""

    QUANTITY = "quantity", "购买数量 | quantity bought"
    FREQUENCY = "frequency", "购买频次 | how often bought"
    MASS_COMPLAINTS = "mass_complaints", "大量投诉 | mass complaints"
    SHARED_PHONE = "shared_phone", "共用联系方式 | a shared phone"
    NO_DISPUTE = "no_dispute", "无权益争议 | no dispute shown"


class EndGround(Word):
    """Why mediation was terminated (SAMR Order 121, art. 23)."""

    WITHDRAWN = "withdrawn", "消费者撤回 | the consumer withdrew"
    SELF_SETTLED = "self_settled", "双方自行和解 | both settled by themselves"
    TRADER_REFUSED = "trader_refused", "经营者拒绝调解 | the trader refuses mediation"
    CONSUMER_REFUSED = "consumer_refused", "消费者拒绝调解 | the consumer refuses mediation"
    ABSENT = "absent", "无正当理由不参加 | absent without reason"
    NO_AGREEMENT = "no_agreement", "未能达成协议 | no agreement"
    COST_DISPUTED = "cost_disputed", "鉴定费用协商不成 | no agreement on the test's cost"
    NOT_ACCEPTABLE = "not_acceptable", "发现不予受理情形 | a ground of non-acceptance was found"
    FRAUD = "fraud", "骗取赔偿或敲诈 | fraud or extortion"
    DEATH = "death", "一方死亡或终止 | a party died or ceased"
    TIME_OVER = "time_over", "期限届满 | the time is over"


class Mediator(Word):
    """Who may mediate for the unit (SAMR Order 121, art. 19)."""

    COUNCIL = "council", "消费者协会 | the consumer council"
    LAWFUL_MEDIATOR = "lawful_mediator", "依法成立的调解组织 | a lawful mediation body"


class Chosen(Word):
    """How the laboratory was found (SAMR Order 121, art. 22)."""

    AGREED = "agreed", "双方协商 | agreed by the parties"
    DESIGNATED = "designated", "指定 | designated by the unit"


class Trigger(Word):
    """Why a complaint must be investigated, not only mediated (诉转案)."""

    FOOD = "food", "流通领域食品安全 | food safety in circulation"
    HEALTH = "health", "严重危害健康 | serious harm to health"
    FARM_INPUTS = "farm_inputs", "坑农害农 | fake or bad farm inputs"
    GROUP = "group", "群体性投诉 | a group complaint"
    BAD_EFFECT = "bad_effect", "社会影响恶劣 | bad social effect"


class Form(Word):
    """The official forms that a complaint serves on its parties."""

    DISTRIBUTION = "complaint.distribution_notice", "投诉分送通知书 | notice of distribution"
    IDENTITY = "complaint.identity_notice", "限期提供身份证明材料通知书 | notice to prove identity"
    ACCEPTANCE = "complaint.acceptance_decision", "投诉受理决定书 | decision to accept"
    REJECTION = "complaint.rejection_decision", "投诉不予受理决定书 | decision not to accept"
    MEDIATION = "complaint.mediation_notice", "投诉调解通知书 | notice of mediation"
    TERMINATION = "complaint.termination_decision", "投诉终止调解决定书 | decision to terminate"
    AGREEMENT = "complaint.mediation_agreement", "投诉调解书 | mediation agreement"
