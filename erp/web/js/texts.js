// What the programs say, in both languages: an English text is its own name.
import MEMBERS from "./members.json"; // of what is signed, by their names on the chain

const CHINESE = {
  "Check": "核验",
  "Checking…": "正在核验…",
  "Paste the file, or drop it here.": "粘贴证明文件，或拖到此处。",
  "Choose a file": "选择文件",
  "Ask the chain": "查询链",
  "by this house's node": "经本站节点",
  "by my own node": "经我的节点",
  "not at all: only the file": "不查询：只看文件",
  "Address of my node": "我的节点地址",
  "Address of the registry, as I know it": "我所知的存证合约地址",
  "This is no proof file: {why}": "这不是证明文件：{why}",
  "The file holds and the chain confirms it.": "证明成立，链上已确认。",
  "The file holds. The chain was not asked.": "文件自身成立。未查询链。",
  "It does not hold.": "证明不成立。",
  "The chain did not answer: {why}": "链没有回答：{why}",
  "Opened: {path} = {value}": "已打开：{path} = {value}",
  "a leaf of the document, computed in this browser": "属于该单据，由本浏览器计算",
  "Document {sequence} stands in anchor {anchor} ({first} to {last})": "第 {sequence} 号单据在第 {anchor} 次存证（{first} 至 {last}）之内",
  "sequence and range, compared in this browser": "序号与范围，由本浏览器比对",
  "The document leads to the root of the anchor": "单据可推出存证根",
  "computed in this browser": "由本浏览器计算",
  "The node serves chain {chain}": "节点所在链为 {chain}",
  "Registry {registry}": "存证合约 {registry}",
  "the deployment": "部署清单",
  "the address that you named": "您给出的地址",
  "The chain proves the document": "链上证明该单据",
  "The chain proves the field {path}": "链上证明字段 {path}",
  "asked of the contract": "由合约回答",
  "Nothing else of the document can be read from this file.": "此文件不能读出单据的其他内容。",
  "Way": "路径",
  "leaf": "叶",
  "document's root": "单据根",
  "leaf of the log": "日志叶",
  "root of the anchor": "存证根",
  "The key does not leave this page.": "密钥不会离开此页。",
  "What you sign": "您将签署",
  "Contract": "合约",
  "Chain": "链",
  "Digest": "摘要",
  "Signed for": "代表账户",
  "Sign with a wallet": "用钱包签名",
  "Sign with a keystore file": "用密钥文件签名",
  "Keystore file": "密钥文件",
  "Password": "口令",
  "No wallet is in this browser.": "此浏览器中没有钱包。",
  "Opening the keystore…": "正在打开密钥文件…",
  "Signed.": "已签名。",
  "Signature": "签名",
  "Save the answer": "保存签名",
  "The password does not open this keystore.": "口令不能打开此密钥文件。",
  "This is no keystore file.": "这不是密钥文件。",
  "The wallet refused: {why}": "钱包拒绝：{why}",
  "The wallet signed otherwise than asked.": "钱包签署的内容与要求不符。",
  "What is offered is not what the act needs: {where}. Nothing was signed.": "所给内容与行为所需不符：{where}。没有签署任何内容。",
  "This page cannot make this act anew, so it does not sign it: use interlock sign.": "此页不能重建该行为，因此不签署：请用 interlock sign。",
  "The request is over: it is {status}.": "该请求已结束：{status}。",
  "Made anew in this page from the act and the deployment, and the same as what is offered.": "由本页根据行为与部署清单重建，与所给内容一致。",
  "Request and act": "请求与行为",
  "Deployment": "部署清单",
  "Your firm's account, where the key only owns it": "企业账户（密钥只是其所有者时）",
  "Show": "显示",
  "This cannot be read: {why}": "无法读取：{why}",
  "Price of the whole, without tax, CNY": "总价（不含税，元）",
  "Days": "天数",
  "Your account": "您的账户",
  "Seal": "封标",
  "Save the bid": "保存报价",
  "Seal of your bid": "报价密封值",
  "Price, days and salt are in the file alone: without it nobody can reveal the bid, you neither.": "价格、天数与盐只在文件中：没有它谁也不能揭标，您也不能。",
  "A price is a number with at most two decimals, above 0.": "价格须大于 0，最多两位小数。",
  "Days are a whole number from 1 to {most}.": "天数须为 1 至 {most} 的整数。",
  "File of your bid": "报价文件",
  "Copy the line": "复制命令",
  "The file opens its seal.": "文件与其密封值相符。",
  "This line makes your price public. Run it on your machine, then sign what appears under Signing:": "此命令将公开您的报价。请在您的机器上运行，然后到“签名”页签署所列事项：",
  "it is of tender {id}": "它属于竞价采购 {id}",
  "it is no file of a bid": "它不是报价文件",
  "it does not open its own seal": "它与自身的密封值不符",
  "An account is 0x and 40 digits.": "账户为 0x 和 40 位十六进制数。",
  "Nothing of it was sent.": "未发送任何内容。",
  "May draw from your wallet": "可从您的钱包支取",
  "Sent for": "代表账户发送",
  "Sent by its key": "由其密钥发送",
  "Place among the transactions of the key": "在该密钥交易中的序号",
  "Cost": "费用",
  "none: gas is free here, and no coins are sent": "无：此链不收燃料费，也不发送原生币",
  "it holds {address}": "其中是 {address}",
  "The key of this file is not the one that this is to be signed by.": "此文件中的密钥不是应当签署的密钥。",
  "Reading the chain…": "正在读取链…",
  "Made in this page. It is sent when you sign it, and not before.": "由本页生成。签署后才发送，此前不发送。",
  "Sending…": "正在发送…",
  "Transaction": "交易",
  "It was not sent: {why}": "未发送：{why}",
  "It was sent; what became of it is not known yet. Open the page again.": "已发送，结果尚不可知。请稍后重新打开此页。",
  "The contract refused it in block {block}: nothing changed.": "合约在区块 {block} 拒绝了它：没有任何变化。",
  "It is on the chain in block {block}; the books wait for a person of the house.": "已在区块 {block} 上链；入账待本方人员处理。",
  "On the chain in block {block}, and booked.": "已在区块 {block} 上链并入账。",
  "On the chain in block {block}: it is being booked.": "已在区块 {block} 上链，正在入账。",
  "Sent: it waits for its block.": "已发送，等待出块。",
  "By the command line": "用命令行",
  "orderId": "订单号",
  "revision": "修订次数",
  "quantity": "数量",
  "amount": "金额",
  "promisedAt": "承诺交期",
  "scheduleRoot": "分批要货根",
  "deadline": "签名有效期至",
  "buyer": "采购方",
  "supplier": "供应商",
  "requisitionRef": "请购单存证",
  "order": "订单条款",
  "attesterPost": "见证方岗位",
  "arbiterPost": "仲裁方岗位",
  "region": "地区",
  "fundSeconds": "托管期限（秒）",
  "graceSeconds": "宽限期（秒）",
  "silenceSeconds": "逾期视同验收期（秒）",
  "latenessBpsPerDay": "每日逾期违约金（万分之）",
  "latenessCapBps": "逾期违约金上限（万分之）",
  "taxBps": "税率（万分之）",
  "toleranceBps": "容差（万分之）",
  "paymentSeconds": "账期（秒）",
  "claimId": "应收账款凭证号",
  "seller": "出让方",
  "financier": "受让方",
  "price": "价格",
  "betId": "对赌号",
  "round": "轮次",
  "account": "账户",
};

const MONEY = new Set(["amount", "price", "deposit", "net", "part", "bond", "ceiling", "pay", "stake", "valuePool", "expectedAmount", "expectedPrice", "maxPrice", "startPrice", "floorPrice"]);
const TIMES = new Set(["promisedAt", "deadline", "opensAt", "closesAt", "expiresAt", "receivedAt", "signBy", "start", "gridStart"]);


const isChinese = () => document.documentElement.lang.startsWith("zh");

/** A text in the page's language, its facts in braces. */
export function say(english, facts = {}) {
  const text = isChinese() ? (CHINESE[english] ?? english) : english;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? String(facts[name]) : whole));
}

/** The page's language, as acts have their sentences in. */
export const language = () => (isChinese() ? "zh" : "en");

/** The name of a member of what is signed: in words, or in Chinese beside the name that it has on the chain. */
export function memberName(name) {
  const chinese = CHINESE[name] ?? MEMBERS[name];
  if (language() === "zh") return chinese === undefined ? name : `${chinese} ${name}`;
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value of what is signed as people read it, beside what is signed. */
export function memberValue(name, value) {
  const text = String(value);
  if (MONEY.has(name) && /^\d+$/.test(text)) return `${money(BigInt(text))} (${text})`;
  if (TIMES.has(name) && /^\d{1,11}$/.test(text) && text !== "0")
    return `${new Date(Number(text) * 1000).toISOString().replace(".000Z", "Z")} (${text})`;
  return text;
}

/** Minor units as people write money. */
export function money(minor) {
  const whole = (minor / 100n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  return `${whole}.${(minor % 100n).toString().padStart(2, "0")}`;
}

/** An element with attributes and children; texts are text and never markup. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((each) => each !== null));
  return element;
}

/** A control with its label. Several programs of one page make their own: the next free number is the page's. */
export function labelled(text, control) {
  control.id ||= `control-${(globalThis.controlsMade = (globalThis.controlsMade ?? 0) + 1)}`;
  return make("p", { class: "control" }, make("label", { for: control.id }, text), control);
}

/** Saves a text as a file of this machine: nothing is sent. */
export function save(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1_000);
}
