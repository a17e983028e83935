// The page on which acts are signed, on our pages and in `signer.html`.
import { SignDesk } from "./sign-desk.js";

customElements.define("sign-desk", SignDesk);
