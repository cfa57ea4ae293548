import {
    Component,
    onMounted,
    onWillUnmount,
    onWillUpdateProps,
    useState,
} from "@odoo/owl";
import {useService} from "@web/core/utils/hooks";

/** What the month comes to. It looks through open orders, so the page does not wait. */
export class Forecast extends Component {
    static template = "sales_commission_gamify.MyCommissions.Forecast";
    static props = {version: {type: Number, optional: true}};

    setup() {
        this.orm = useService("orm");
        this.state = useState({forecast: false});
        onMounted(() => this.load());
        onWillUpdateProps(({version}) => {
            if (version !== this.props.version) {
                this.load(); // nobody waits for it
            }
        });
        onWillUnmount(() => {
            this.unmounted = true;
        });
    }

    async load() {
        let forecast = false;
        try {
            forecast = await this.orm.silent.call(
                "sales.commission.dashboard",
                "get_my_forecast",
                [],
            );
        } catch {
            // The figures of the page are right without it.
        }
        if (!this.unmounted) {
            this.state.forecast = forecast;
        }
    }
}
