// What an act says, put into the forms of `statements.json` and `calls.json`, which name each fact by where it stands.
import statements from "./statements.json";

const NUMBERS = BigInt(statements.numbers); // of one edition of a contract

/** A form whose texts `$fields.order_id` are replaced by what they name, and `{"@": …}` by an address of the deployment. */
export function filled(form, facts, deployment) {
  if (typeof form === "string" && form.startsWith("$")) return onChain(fact(form.slice(1), facts));
  if (Array.isArray(form)) return form.map((each) => filled(each, facts, deployment));
  if (form === null || typeof form !== "object") return form;
  if ("@" in form) return address(deployment, form["@"], filled(form.of, facts, deployment));
  return Object.fromEntries(Object.entries(form).map(([name, each]) => [name, filled(each, facts, deployment)]));
}

/** What a path names. Throws when it is not there. */
export function fact(path, facts) {
  let found = facts;
  for (const name of path.split(".")) {
    if (found === null || typeof found !== "object" || !Object.hasOwn(found, name)) throw new Error(`${path} is missing`);
    found = found[name];
  }
  return found;
}

/** A value with the members of its structs named as the contracts name them: `pay_minor` is `pay`, `need_ref` is `needRef`. */
export function onChain(value) {
  if (Array.isArray(value)) return value.map(onChain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [camel(name), onChain(each)]));
}

const camel = (name) => name.replace(/_minor$/, "").replace(/_+([^_])/g, (_, first) => first.toUpperCase());

/** Address of the edition of a contract that has a number; of the newest, where no number says. Throws when there is none. */
export function address(deployment, contract, number) {
  const every = deployment.contracts.filter((each) => each.name === contract);
  if (every.length === 0) throw new Error(`${contract} is not deployed`);
  if (number === null || every.length === 1) return every.at(-1).address;
  const found = every.find((each) => BigInt(each.edition) === BigInt(number) / NUMBERS);
  if (found === undefined) throw new Error(`no edition of ${contract} has number ${number}`);
  return found.address;
}
