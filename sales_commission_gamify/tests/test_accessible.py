import json
import os
from pathlib import Path

from odoo import fields
from odoo.tests import HttpCase, tagged

from .challenge_common import ChallengeCase

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]

# Odoo's own parts within our pages
FOREIGN = [".o_control_panel", ".o_m2o_avatar"]

# Findings in what *root* holds, of the window that is looked at; *until* it is there.
LOOK = """
const RULES = %(rules)s, FOREIGN = %(foreign)s;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const axe = await (await fetch("%(axe)s")).text();
const problems = [];
let looked = 0;
async function until(view, root) {
    const isThere = () => view.document.querySelector(root)
        && !view.document.querySelector("[aria-busy=true], .o_blockUI")
        && !view.document.getAnimations().some((one) => one.playState === "running");
    for (let tries = 0; tries < 200 && !isThere(); tries++) await sleep(50);
    if (!isThere()) throw new Error(`${root} did not come`);
    await new Promise((done) => view.requestAnimationFrame(() => setTimeout(done)));
}
async function look(view, name, root) {
    await until(view, root);
    if (!view.axe) view.eval(axe);
    const exclude = FOREIGN.filter((css) => view.document.querySelector(css));
    const found = await view.axe.run(
        {include: [root], exclude},
        {
            resultTypes: ["violations"],
            runOnly: RULES,
            rules: {
                "heading-order": {enabled: true},
                "empty-heading": {enabled: true},
                "label-content-name-mismatch": {enabled: false}, // an experiment of axe
            },
        },
    );
    looked++;
    for (const {id, impact, nodes} of found.violations) {
        const stops = ["serious", "critical"].includes(impact);
        if (!stops && !id.includes("heading")) continue;
        for (const {target, html, any, all, none} of nodes) {
            const [why] = [...any, ...all, ...none];
            problems.push(`${name}: ${id} ${target} ${html} ${why?.message}`);
        }
    }
}
function finish(count) {
    if (looked !== count) problems.push(`${looked} of ${count} pages were looked at`);
    if (problems.length) throw new Error(problems.join("\\n"));
    console.log("test successful");
}
"""

# From page to page of the web client, then once more in dark.
CLIENT = """
(async () => {
    %(look)s
    const pages = %(pages)s;
    const {action} = odoo.__WOWL_DEBUG__.root.env.services;
    async function open({name, action: asked, root}, scheme) {
        await action.doAction(asked, {clearBreadcrumbs: true});
        await look(window, `${name} (${scheme})`, root);
    }
    for (const page of pages) await open(page, "light");
    if (%(dark)s) {
        const old = document.querySelector("link[href*='/web.assets_web.min.css']");
        const sheet = old.cloneNode();
        sheet.href = old.href.replace("web.assets_web.", "web.assets_web_dark.");
        await new Promise((done, fail) => {
            sheet.onload = done;
            sheet.onerror = fail;
            old.after(sheet);
        });
        old.remove();
        const color = getComputedStyle(document.body).backgroundColor;
        if (color !== "rgb(27, 29, 38)") throw new Error(`${color} is not dark`);
        for (const page of pages) await open(page, "dark");
    }
    finish(pages.length * (%(dark)s ? 2 : 1));
})().catch((error) => console.error(error.message));
"""

# Pages without a client, each in a frame of its own.
FRAMES = """
(async () => {
    %(look)s
    const pages = %(pages)s;
    for (const {name, url, root} of pages) {
        const frame = document.createElement("iframe");
        frame.style = "position: fixed; inset: 0; width: 100vw; height: 100vh";
        frame.src = url;
        await new Promise((done) => {
            frame.onload = done;
            document.body.append(frame);
        });
        await look(frame.contentWindow, name, root);
        frame.remove();
    }
    finish(pages.length);
})().catch((error) => console.error(error.message));
"""


def client(name, tag, root, **params):
    tag = f"sales_commission_gamify.{tag}"
    action = {"type": "ir.actions.client", "tag": tag, "params": params}
    return {"name": name, "action": action, "root": root}


def kanban(name, action):
    action = f"sales_commission_gamify.{action}"
    return {"name": name, "action": action, "root": ".o_kanban_renderer"}


def form(name, record, root):
    action = {
        "type": "ir.actions.act_window",
        "res_model": record._name,
        "res_id": record.id,
        "views": [[False, "form"]],
    }
    return {"name": name, "action": action, "root": root}


@tagged("post_install", "-at_install", "-standard", "accessible")
class TestAccessible(ChallengeCase, HttpCase):
    """axe-core finds nothing serious on our pages. It is no part of the add-on:
    without `make`, SCG_AXE says where its script lies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        axe = cls.env["ir.attachment"].create(
            {
                "name": "axe.txt",
                "raw": Path(os.environ["SCG_AXE"]).read_bytes(),
                "mimetype": "text/plain",
                "public": True,
            }
        )
        cls.axe = f"/web/content/{axe.id}"
        cls.max.parent_id = cls.olga
        cls.today = fields.Date.today()
        for payee, amount in ((cls.ann, 900), (cls.bob, 700), (cls.dot, 100)):
            cls._invoice(amount, payee, date=cls.today)
        cls.env["ir.asset"].sudo().create(
            {
                "name": "Dark colours",
                "bundle": "web.assets_web_dark",
                "directive": "prepend",
                "path": "sales_commission_gamify/static/tests/dark_variables.scss",
            }
        )

    def _look(self, script, pages, **values):
        look = {"axe": self.axe, "rules": json.dumps(RULES)}
        look = LOOK % {**look, "foreign": json.dumps(FOREIGN)}
        return script % {**values, "look": look, "pages": json.dumps(pages)}

    def _look_in_client(self, user, pages, dark=False):
        self.browser_js(
            "/odoo/leaderboard",
            self._look(CLIENT, pages, dark=json.dumps(dark)),
            "odoo.isReady",
            login=user.login,
            timeout=120,
        )

    def _race(self):
        race = self._challenge(
            "race",
            payees=self.ann + self.bob + self.dot,
            start=False,
            date_from=self.today,
            date_to=fields.Date.add(self.today, days=9),
            goal=5000,
        )
        race.action_schedule()
        return race

    def test_officer_in_light_and_dark(self):
        self._look_in_client(
            self.olga.user_id,
            [
                client("The Program", "program", ".o_program"),
                client("My Team", "my_team", ".o_my_team"),
                client("My Commissions", "my_commissions", ".o_my_commissions"),
                client("Plans", "plan_gallery", ".o_commission_gallery"),
                client("Challenges", "challenge_gallery", ".o_challenge_gallery"),
                client(
                    "Targets", "quota_grid", ".o_scg_quota_grid", plan_id=self.plan.id
                ),
                client(
                    "Designer", "plan_designer", ".o_designer", plan_id=self.plan.id
                ),
                client("Leaderboard", "leaderboard", ".o_leaderboard"),
            ],
            dark=True,
        )

    def test_rep(self):
        self._look_in_client(
            self.ann.user_id,
            [
                client("Own figures", "my_commissions", ".o_my_commissions"),
                form("Standings", self._race(), ".o_challenge_standings"),
                kanban("Challenges", "sales_commission_challenge_action"),
                kanban("Badges", "sales_commission_badge_action"),
            ],
        )

    def test_portal_and_board(self):
        race = self._race()
        board = self.env["sales.commission.board"].create({"name": "Hall"})
        pages = [
            {"name": name, "url": url, "root": root}
            for name, url, root in (
                ("My figures", "/my/commissions", "#wrap"),
                ("Leaderboard", "/my/leaderboard", "#wrap"),
                ("Challenge", f"/my/challenges/{race.id}", "#wrap"),
                ("Points", "/my/commissions/points", "#wrap"),
                ("TV board", f"/commissions/board/{board.token}", "body"),
            )
        ]
        self.browser_js(
            "/my/commissions",
            self._look(FRAMES, pages),
            login=self.gil.login,
            timeout=120,
        )
