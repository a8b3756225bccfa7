import type { ComponentChild, ComponentType } from "preact";
import { Component, h } from "preact";

/** A component that is rendered again only when a member of its props changes. */
export function memo<Props extends object>(
  render: (props: Props) => ComponentChild,
): ComponentType<Props> {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      const [a, b] = [this.props as Record<string, unknown>, next as Record<string, unknown>];
      const names = new Set([...Object.keys(a), ...Object.keys(b)]);
      return [...names].some((name) => a[name] !== b[name]);
    }
    override render() {
      return h(render as ComponentType<Props>, this.props as never);
    }
  };
}
