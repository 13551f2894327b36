// In memory, and not fetched from a service: the fastest that this renderer can be.
export const tickets = Array.from({ length: 100 }, (_, number) => ({
  id: number.toString(16).padStart(24, '0'),
  title: `Bench ticket ${number}`,
  price: 25,
}));
