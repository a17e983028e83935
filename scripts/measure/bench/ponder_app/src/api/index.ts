// Ponder wants a server; nobody asks it anything.
import { Hono } from "hono";
const app = new Hono();
export default app;
