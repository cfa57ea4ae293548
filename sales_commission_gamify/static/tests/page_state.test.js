import {Component, useState, xml} from "@odoo/owl";
import {Deferred, advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    PageError,
    PageLoading,
    PageMessage,
    useFirstLoad,
} from "@sales_commission_gamify/page_state/page_state";
import {
    contains,
    makeServerError,
    mountWithCleanup,
} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

defineMailModels();

/** A page that gets *answers*, one after the other. */
function makePage(...answers) {
    return class Page extends Component {
        static template = xml`
            <PageError t-if="state.error" title="'No figures'" error="state.error"
                retry="() => this.load()"/>
            <PageLoading t-elif="!state.data"/>
            <div t-else="" class="o_data" t-out="state.data"/>`;

        static components = {PageError, PageLoading};
        static props = {};

        setup() {
            this.state = useState({data: null, error: null});
            useFirstLoad(() => this.load());
        }

        async load() {
            this.state.error = null;
            try {
                const answer = await answers.shift();
                if (answer instanceof Error) {
                    throw answer;
                }
                this.state.data = answer;
            } catch (error) {
                this.state.error = error;
            }
        }
    };
}

test("a quick answer is shown without a sign of waiting", async () => {
    await mountWithCleanup(makePage("42"));
    expect(".o_data").toHaveText("42");
});

test("a slow answer leaves the page to say that it loads", async () => {
    const answer = new Deferred();
    const mounted = mountWithCleanup(makePage(answer));
    await advanceTime(1000);
    await mounted;
    expect(".o_scg_loading[role=status][aria-busy=true]").toHaveText("Loading…");
    answer.resolve("42");
    await animationFrame();
    expect(".o_data").toHaveText("42");
    expect(".o_scg_loading").toHaveCount(0);
});

test("what failed is tried again", async () => {
    await mountWithCleanup(makePage(new Error("x"), "42"));
    expect("[role=alert] h2").toHaveText("No figures");
    expect("[role=alert] p").toHaveText(/^Nothing is lost/);
    await contains("button:contains(Try again)").click();
    expect(".o_data").toHaveText("42");
});

test("of the server's errors only sentences for people are shown", async () => {
    const said = makeServerError({type: "AccessError", message: "Not your team."});
    const unsaid = makeServerError({type: "ProgrammingError", message: "SELECT 1"});
    await mountWithCleanup(makePage(said, unsaid));
    expect("[role=alert] p").toHaveText("Not your team.");
    await contains("button:contains(Try again)").click();
    expect("[role=alert] p").toHaveText(/^Nothing is lost/);
});

test("a message says why and what to do", async () => {
    class Page extends Component {
        static template = xml`
            <PageMessage icon="'fa-users'" title="'Nobody'"><p>Invite some.</p></PageMessage>`;

        static components = {PageMessage};
        static props = {};
    }
    await mountWithCleanup(Page);
    expect(".o_scg_message h2").toHaveText("Nobody");
    expect(".o_scg_message p").toHaveText("Invite some.");
    expect(".o_scg_message [aria-hidden=true]").toHaveClass("fa-users");
});
