"""What customers and colleagues say in the stories."""

import dataclasses
import random


@dataclasses.dataclass(frozen=True)
class Fault:
    """A fault with the words of the customer and of the analyst, the part that cures it and the labour for it."""

    said: str
    said_en: str
    code: str
    found: str
    part: str
    labour: str
    done: str


FAULTS = (
    Fault(
        said="通话时听不到对方声音",
        said_en="I cannot hear the other side during a call",
        code="F-AUDIO",
        found="受话器无声，线圈开路",
        part="SPK",
        labour="L-PART",
        done="更换受话器，通话测试正常",
    ),
    Fault(
        said="屏幕花屏，摔过一次之后更严重",
        said_en="The display flickers since it fell on the floor",
        code="F-DISPLAY",
        found="液晶屏排线接触不良，屏体有暗线",
        part="LCD",
        labour="L-PART",
        done="更换液晶屏，显示正常",
    ),
    Fault(
        said="数字键 5 和 8 按不动",
        said_en="The keys 5 and 8 do not respond",
        code="F-KEYPAD",
        found="按键板导电膜磨损",
        part="KBD",
        labour="L-PART",
        done="更换按键板并清洁触点",
    ),
    Fault(
        said="充满电半天就没电",
        said_en="The battery is empty after half a day",
        code="F-POWER",
        found="电池容量不足标称的四成",
        part="BAT",
        labour="L-PART",
        done="更换电池，待机电流正常",
    ),
    Fault(
        said="经常找不到网络，在地铁口也没有信号",
        said_en="It keeps losing the network",
        code="F-RADIO",
        found="天线簧片变形，接收灵敏度偏低",
        part="ANT",
        labour="L-SOLDER",
        done="更换天线并补焊射频座",
    ),
    Fault(
        said="对方说听不清我说话",
        said_en="People say they can hardly hear me",
        code="F-AUDIO",
        found="送话器灵敏度下降",
        part="MIC",
        labour="L-PART",
        done="更换送话器，灵敏度合格",
    ),
    Fault(
        said="插卡后显示“请插入 SIM 卡”",
        said_en="It asks for a SIM card although one is inserted",
        code="F-SIM",
        found="卡座簧片变形",
        part="SIM",
        labour="L-SOLDER",
        done="更换卡座，读卡二十次无误",
    ),
)

CONDITIONS = ("外观良好", "边框有轻微磨损", "后盖有划痕，屏幕完好", "正常使用痕迹")
GUIDANCE = (
    "客户误开了键盘锁，已当面演示按“菜单”加“*”解锁",
    "音量被调到最低，已教客户使用侧键调节",
    "呼叫转移被打开，已取消并说明设置方法",
)
SIGNED_BY = ("本人", "家属代签")
REMARKS = (
    "客户下周出差，希望周五前能取到机器。",
    "已电话告知客户进度，客户表示理解。",
    "备件从总部仓库调拨，预计两天到货。",
    "客户要求保留换下的旧件。",
    "这台机器上个月来过一次，请注意是否同一故障。",
)
REMARK_EN = "The customer speaks English only; please call after 14:00 and ask for the front desk."
COMPLAINTS = (
    "机器修了两次，同样的毛病又出现了",
    "通话中自动关机，影响工作，要求尽快解决",
    "新买三个月就花屏，质量太差",
)
ATTITUDES = (
    "网点接待人员态度冷淡，让我等了四十分钟也没有人解释",
    "打电话询问进度，对方没听完就挂断",
    "当着其他顾客的面说是我自己弄坏的，没有任何检查",
)
PRICES = ("同样的电池，网点报价比商场贵一半，希望说明收费依据", "促销短信写的是免费检测，到店却要收费")
INQUIRIES = ("想了解企业客户的保修延期办法", "咨询新款手机的双卡功能什么时候上市")
FEEDBACK_GOOD = ("修得很快，态度也好", "问题解决了，谢谢回访", "Everything works again, thank you")
FEEDBACK_BAD = ("屏幕又坏了，换的件质量不行", "修是修好了，但是等了一个多星期")
SERVER_FAULTS = ("服务器每天凌晨自动重启，日志里有电源告警", "机房停电后阵列无法识别一块硬盘", "双机切换后业务端口不通")


def fault(dice: random.Random) -> Fault:
    """Draw a fault."""
    return dice.choice(FAULTS)
