import {Deferred, advanceTime, animationFrame} from "@odoo/hoot-mock";
import {destroy, expect, test} from "@odoo/hoot";
import {
    contains,
    makeMockEnv,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {ChallengeGallery} from "@sales_commission_gamify/challenge/challenge_gallery";
import {Leaderboard} from "@sales_commission_gamify/leaderboard/leaderboard";
import {MyCommissions} from "@sales_commission_gamify/my_commissions/my_commissions";
import {MyTeam} from "@sales_commission_gamify/my_team/my_team";
import {PayeeCommissions} from "@sales_commission_gamify/my_commissions/payee_commissions";
import {PlanDesigner} from "@sales_commission_gamify/plan_designer/plan_designer";
import {PlanGallery} from "@sales_commission_gamify/plan_gallery/plan_gallery";
import {Program} from "@sales_commission_gamify/program/program";
import {QuotaGrid} from "@sales_commission_gamify/quota_grid/quota_grid";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {getDefaultConfig} from "@web/views/view";
import {waitFor} from "@odoo/hoot-dom";

defineMailModels();

const month = {date: "2026-03-01", name: "March 2026", previous: false, next: false};
const noPayee = {status: "no_payee", month, can_design: false, other_companies: []};

/** Each page with the only thing that it asks for, an answer, and what that shows. */
const PAGES = {
    "My Commissions": {
        page: MyCommissions,
        asks: "sales.commission.dashboard/get_my_commissions",
        answer: noPayee,
        shows: "h2:contains(You are not set up)",
    },
    "My Commissions of somebody else": {
        page: PayeeCommissions,
        action: {context: {active_id: 1}},
        asks: "sales.commission.dashboard/get_commissions_of",
        answer: noPayee,
        shows: "h2:contains(You are not set up)",
    },
    "My Team": {
        page: MyTeam,
        asks: "sales.commission.team/get_my_team",
        answer: {status: "no_people", month, company: "Hermit", rows: [], leads: []},
        shows: "h2:contains(Nobody works below you)",
    },
    "The Program": {
        page: Program,
        asks: "sales.commission.program/get_program",
        asksLater: "sales.commission.program/get_exceptions",
        answer: {
            status: "empty",
            filters: {companies: [], teams: [], plans: [], months: 1, lengths: [1]},
            period: month,
            company: "Hermit",
            distribution: [],
        },
        shows: "h2:contains(Nobody takes part)",
    },
    Leaderboard: {
        page: Leaderboard,
        asks: "sales.commission.leaderboard.page/get_page",
        answer: {status: "no_board"},
        shows: "h2:contains(There is no leaderboard)",
    },
    "Plans to start from": {
        page: PlanGallery,
        asks: "sales.commission.plan/get_templates",
        answer: [{key: "flat", name: "Flat rate", icon: "fa-bolt", summary: "5 %"}],
        shows: "button:contains(Flat rate)",
    },
    "Challenges to start from": {
        page: ChallengeGallery,
        asks: "sales.commission.challenge/get_templates",
        answer: [{key: "race", name: "Race", icon: "fa-flag", summary: "To the goal."}],
        shows: "button:contains(Race)",
    },
    "Plan designer": {
        page: PlanDesigner,
        action: {params: {}},
        asks: "sales.commission.plan/get_designer_start",
        answer: {
            plan: null,
            components: [],
            fields: {plan: {}},
            flags: {},
            starters: [],
            can_write: false,
            can_edit: false,
        },
        shows: "p:contains(This plan has no component)",
    },
    Targets: {
        page: QuotaGrid,
        action: {params: {plan_id: 1}},
        asks: "sales.commission.plan/get_target_grid",
        answer: {
            plan: "Field sales",
            components: [],
            columns: [],
            rows: [],
            can_write: false,
        },
        shows: "h2:contains(Field sales)",
    },
};

/** What the page asked the server for. */
let asked = [];

/** Mounts the page; *serve* answers what it asks for. */
async function open({page, action = {}, asks, asksLater}, serve) {
    asked = [];
    onRpc("sales.commission.visit", "note", () => true);
    onRpc(...asks.split("/"), serve);
    if (asksLater) {
        onRpc(...asksLater.split("/"), () => 0);
    }
    onRpc(({model, method}) => {
        if (/^sales\.commission\.(?!visit)/.test(model)) {
            asked.push(`${model}/${method}`);
        }
    });
    mockService("action", {});
    const env = await makeMockEnv({config: getDefaultConfig()});
    return mountWithCleanup(page, {env, props: {action, actionId: 1}});
}

for (const [name, page] of Object.entries(PAGES)) {
    test(`${name}: what fails says so and is tried again`, async () => {
        let fails = true;
        await open(page, () => {
            if (fails) {
                throw new Error("gone");
            }
            return page.answer;
        });
        expect("[role=alert] h2").toHaveText(/could not be loaded$/);
        fails = false;
        await contains("[role=alert] button:contains(Try again)").click();
        await waitFor(page.shows);
        expect("[role=alert]").toHaveCount(0);
    });

    test(`${name}: says that it loads, and may be left meanwhile`, async () => {
        const late = new Deferred();
        const mounted = open(page, () => late);
        await animationFrame();
        await advanceTime(1000);
        const component = await mounted;
        expect("[aria-busy=true] [role=status]").toHaveText(/^Loading/);
        destroy(component);
        late.resolve(page.answer);
        await animationFrame();
        expect(".o_dialog").toHaveCount(0);
    });

    test(`${name}: opens with one question to the server`, async () => {
        await open(page, () => page.answer);
        await waitFor(page.shows);
        await animationFrame();
        const later = page.asksLater ? [page.asksLater] : [];
        expect(asked).toEqual([page.asks, ...later]);
    });
}
